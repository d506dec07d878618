-- id: egress-ratio
-- title: A host that receives begins to send
-- did: sent a larger share of its traffic than usual
-- attack: T1048
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- least-hours: hours
-- param: change float 0.5 how far the hour's ratio (sent - received) / (sent + received) must be above the usual one
-- param: megabytes float 50 megabytes (10^6 bytes) sent within that hour, at least
-- param: hours int 6 other hours with traffic without which nothing is usual
-- param: quiet_megabytes float 0.1 an hour with fewer megabytes, sent and received, tells nothing of a host's habits
-- why: A host that fetches from the internet all day and then sends, changes its role, however much or little its
--   volume stands out. That is what stolen data looks like on its way out.
-- false-positives: A nightly backup or a release that is uploaded to the internet from a host that otherwise downloads.
--   What goes through a gateway endpoint is left out where traffic_path says so, or where the logs lack that field, as
--   in the default format, what --aws-ip-ranges says is of S3 or DynamoDB.
-- remediation: Ask the host's owner about the destination. If nobody knows it, isolate the host with a security group
--   that has no rules, take a snapshot of its volumes, and block the destination in a network ACL.
-- records: action = 'ACCEPT'

-- Only connections that our host opened: what a web server answers its clients is not counted. A NAT gateway's own leg
-- of a connection is left out, because the host behind it is counted; and so is traffic through a gateway endpoint.
WITH moved AS (
    SELECT
        bucket / 3600 * 3600 AS hour,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        service_port,
        protocol,
        coalesce(request_bytes, 0) AS bytes_out,
        coalesce(reply_bytes, 0) AS bytes_in,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND outcome <> 'rejected'
        AND coalesce(traffic_path, CASE WHEN aws_service(responder) IN ('S3', 'DYNAMODB') THEN 7 END, 0) <> 7
        AND NOT is_gateway_leg
        AND is_public(responder)
),
by_hour AS (
    SELECT initiator, hour, sum(bytes_out) AS bytes_out, sum(bytes_in) AS bytes_in
    FROM moved
    GROUP BY initiator, hour
    HAVING sum(bytes_out) + sum(bytes_in) >= greatest($quiet_megabytes * 1000000, 1)
),
-- Hosts that never sent enough in an hour need no baseline.
loud AS (
    SELECT initiator
    FROM by_hour
    GROUP BY initiator
    HAVING max(bytes_out) >= $megabytes * 1000000 AND count(*) > $hours
),
day AS (
    SELECT
        loud.initiator,
        hour,
        bytes_out,
        bytes_in,
        CAST(bytes_out - bytes_in AS DOUBLE) / (bytes_out + bytes_in) AS ratio
    FROM loud
    JOIN by_hour ON by_hour.initiator = loud.initiator
),
judged AS (
    SELECT
        one.initiator,
        one.hour,
        one.bytes_out,
        one.bytes_in,
        one.ratio,
        median(other.ratio) AS usual_ratio,
        count(*) AS hours
    FROM day AS one
    JOIN day AS other ON other.initiator = one.initiator AND other.hour <> one.hour
    WHERE one.bytes_out >= $megabytes * 1000000
    GROUP BY one.initiator, one.hour, one.bytes_out, one.bytes_in, one.ratio
),
unusual AS (
    SELECT * FROM judged WHERE hours >= $hours AND ratio - usual_ratio > $change
),
by_destination_and_hour AS (
    SELECT
        unusual.initiator, responder, service_port, protocol, unusual.hour,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(moved.bytes_out) AS bytes_to_target,
        min(unusual.bytes_out) AS bytes_out,
        min(unusual.bytes_in) AS bytes_in,
        min(usual_ratio) AS usual_ratio,
        min(hours) AS other_hours
    FROM unusual
    JOIN moved ON unusual.initiator = moved.initiator AND unusual.hour = moved.hour
    WHERE moved.bytes_out > 0
    GROUP BY unusual.initiator, responder, service_port, protocol, unusual.hour
),
-- The largest destination of one hour may be a backup that everybody knows, and a leak lie in another.
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY initiator, hour ORDER BY bytes_to_target DESC, responder, service_port, protocol
        ) AS place
    FROM by_destination_and_hour
),
-- What the host sent to and received from everybody is of the hours in which this destination got something.
by_destination AS (
    SELECT
        initiator, responder, service_port, protocol,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(hour) AS window_start,
        max(hour) + 3600 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(*) AS unusual_hours,
        sum(bytes_to_target) AS bytes_to_target,
        sum(bytes_out) AS bytes_out,
        sum(bytes_in) AS bytes_in,
        avg(usual_ratio) AS usual_ratio,
        min(other_hours) AS other_hours,
        bool_or(place = 1 OR bytes_to_target >= $megabytes * 1000000) AS is_told,
        count(*) OVER (PARTITION BY initiator) AS destinations
    FROM ranked
    GROUP BY initiator, responder, service_port, protocol
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    responder AS target,
    service_port AS port,
    protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN bytes_out >= 100000000000 THEN 'critical'
        WHEN bytes_out >= 1000000000 THEN 'high'
        WHEN bytes_out >= 100000000 THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' sent ' || human_bytes(bytes_to_target) || ' to ' || responder || ' in ' || unusual_hours
        || CASE
            WHEN unusual_hours * 3600 < window_end - window_start
                THEN ' unusual clock hours out of ' || ((window_end - window_start) / 3600)
            WHEN unusual_hours = 1 THEN ' clock hour'
            ELSE ' clock hours'
        END
        || '; over all connections that it opened to the internet it sent ' || human_bytes(bytes_out)
        || ' and received ' || human_bytes(bytes_in) || ' in '
        || CASE WHEN unusual_hours = 1 THEN 'that hour' ELSE 'those hours' END || ': '
        || CAST(round(100.0 * bytes_out / (bytes_out + bytes_in)) AS BIGINT) || ' % of that traffic was sent, where '
        || CAST(round(50 * (1 + usual_ratio)) AS BIGINT) || ' % is usual' AS description,
    CAST(bytes_out AS BIGINT) AS bytes_out,
    CAST(bytes_in AS BIGINT) AS bytes_in,
    round(CAST(bytes_out - bytes_in AS DOUBLE) / (bytes_out + bytes_in), 3) AS ratio,
    round(usual_ratio, 3) AS usual_ratio,
    other_hours AS hours,
    unusual_hours,
    bytes_to_target,
    destinations
FROM by_destination
WHERE is_told
