-- id: unusual-egress
-- title: A host sends far more to the internet than it usually does
-- did: sent far more out than usual
-- attack: T1048, T1041, T1567
-- guardduty: Behavior:EC2/TrafficVolumeUnusual
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- least-hours: hours
-- param: megabytes float 100 megabytes (10^6 bytes) within an hour, at least
-- param: z float 3.5 robust z-score (0.6745 * (x - median) / MAD) over the hours of the day, at least
-- param: mad_floor_megabytes float 1 the MAD is taken as this, in megabytes, where it is smaller
-- param: packet_bytes int 100 bytes of a TCP packet on average, below which packets are taken for acknowledgements
-- param: trusted texts "" addresses and networks that may be sent that much: backups, and services that you upload to
-- param: hours int 6 hours of records without which there is nothing to compare with
-- why: Stolen data leaves as traffic that a host of ours starts towards the internet. An hour far above the host's own
--   day is worth a look at what left and where it went.
-- false-positives: Backups and uploads of large files to the internet; name where they go in trusted. What goes
--   through a gateway endpoint is left out where traffic_path says so, or where the logs lack that field, as in the
--   default format, what --aws-ip-ranges says is of S3 or DynamoDB.
-- remediation: Ask the host's owner about the destination. If nobody knows it, isolate the host, keep its disk, and
--   block the destination.
-- records: action = 'ACCEPT'

-- Only connections that our host opened: what a web server answers its clients is not counted. A NAT gateway's own leg
-- of a connection is left out, because the host behind it is counted; and so is traffic through a gateway endpoint. A
-- host that receives much acknowledges it: packets without data are nothing that was sent.
WITH sent AS (
    SELECT
        bucket,
        bucket / 3600 * 3600 AS hour,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        service_port,
        protocol,
        request_bytes AS bytes,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND outcome <> 'rejected' AND request_bytes > 0
        AND coalesce(traffic_path, CASE WHEN aws_service(responder) IN ('S3', 'DYNAMODB') THEN 7 END, 0) <> 7
        AND (protocol <> 6 OR request_bytes >= $packet_bytes * coalesce(request_packets, 0))
        AND NOT is_gateway_leg
        AND NOT cidr_contains($trusted, responder)
),
by_hour AS (
    SELECT initiator, hour, sum(bytes) AS bytes FROM sent GROUP BY initiator, hour
),
-- Hosts that never sent enough in an hour need no baseline.
loud AS (
    SELECT initiator FROM by_hour GROUP BY initiator HAVING max(bytes) >= $megabytes * 1000000
),
hours AS (
    SELECT DISTINCT bucket / 3600 * 3600 AS hour FROM connections
),
-- An hour in which a host sent nothing is part of its day.
day AS (
    SELECT loud.initiator, hours.hour, CAST(coalesce(by_hour.bytes, 0) AS DOUBLE) AS bytes
    FROM loud
    CROSS JOIN hours
    LEFT JOIN by_hour ON by_hour.initiator = loud.initiator AND by_hour.hour = hours.hour
),
middle AS (
    SELECT initiator, median(bytes) AS median_bytes FROM day GROUP BY initiator HAVING count(*) >= $hours
),
deviation AS (
    SELECT
        day.initiator,
        min(median_bytes) AS median_bytes,
        greatest(median(abs(bytes - median_bytes)), $mad_floor_megabytes * 1000000) AS mad
    FROM day
    JOIN middle ON middle.initiator = day.initiator
    GROUP BY day.initiator
),
-- An hour that is as calm as others counts for nothing, even between two that are not.
unusual AS (
    SELECT
        day.initiator,
        hour,
        bytes,
        median_bytes,
        mad,
        0.6745 * (bytes - median_bytes) / mad AS z
    FROM day
    JOIN deviation ON deviation.initiator = day.initiator
    WHERE bytes >= $megabytes * 1000000 AND 0.6745 * (bytes - median_bytes) / mad > $z
),
receiver AS (
    SELECT
        unusual.initiator, responder, service_port, protocol,
        sum(sent.bytes) / count(DISTINCT bucket) AS pace
    FROM unusual
    JOIN sent ON unusual.initiator = sent.initiator AND unusual.hour = sent.hour
    GROUP BY unusual.initiator, responder, service_port, protocol
),
-- Five minutes of a destination: those of an unusual hour, and others in which it got a hundredth of that, or more.
near AS (
    SELECT
        receiver.initiator, receiver.responder, receiver.service_port, receiver.protocol, sent.hour, sent.bucket,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(sent.bytes) AS bytes,
        max(z) AS z
    FROM receiver
    JOIN sent
        ON receiver.initiator = sent.initiator
        AND receiver.responder = sent.responder
        AND receiver.protocol = sent.protocol
        AND (receiver.service_port IS NOT DISTINCT FROM sent.service_port)
    LEFT JOIN unusual ON unusual.initiator = sent.initiator AND unusual.hour = sent.hour
    GROUP BY receiver.initiator, receiver.responder, receiver.service_port, receiver.protocol, sent.hour, sent.bucket
    HAVING max(z) IS NOT NULL OR 100 * sum(sent.bytes) >= min(pace)
),
-- What began before an unusual hour, or went on after it, with pauses of at most a quarter of an hour, is part of it.
parted AS (
    SELECT
        *,
        CASE WHEN bucket - lag(bucket) OVER destination <= 1200 THEN 0 ELSE 1 END AS is_new
    FROM near
    WINDOW destination AS (PARTITION BY initiator, responder, service_port, protocol ORDER BY bucket)
),
numbered AS (
    SELECT
        *,
        sum(is_new) OVER (PARTITION BY initiator, responder, service_port, protocol ORDER BY bucket) AS run
    FROM parted
),
in_run AS (
    SELECT *, max(z) OVER (PARTITION BY initiator, responder, service_port, protocol, run) AS z_of_run FROM numbered
),
by_destination_and_hour AS (
    SELECT
        initiator, responder, service_port, protocol, hour,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(bytes) AS bytes,
        sum(CASE WHEN z IS NULL THEN 0 ELSE bytes END) AS unusual_bytes,
        max(z) AS z
    FROM in_run
    WHERE z_of_run IS NOT NULL
    GROUP BY initiator, responder, service_port, protocol, hour
),
-- What the host sent to everybody is of the hours in which this destination got something.
by_destination AS (
    SELECT
        one.initiator, responder, service_port, protocol,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(one.hour) AS window_start,
        max(one.hour) + 3600 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(*) AS hours,
        sum(one.bytes) AS bytes,
        sum(unusual_bytes) AS unusual_bytes,
        CAST(sum(by_hour.bytes) AS DOUBLE) AS all_bytes,
        CAST(max(by_hour.bytes) AS DOUBLE) AS peak_bytes,
        min(median_bytes) AS median_bytes,
        min(mad) AS mad,
        max(z) AS z
    FROM by_destination_and_hour AS one
    JOIN by_hour ON by_hour.initiator = one.initiator AND by_hour.hour = one.hour
    JOIN deviation ON deviation.initiator = one.initiator
    GROUP BY one.initiator, responder, service_port, protocol
),
ranked AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY initiator) AS destinations,
        row_number() OVER (
            PARTITION BY initiator ORDER BY unusual_bytes DESC, responder, service_port, protocol
        ) AS place
    FROM by_destination
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
        WHEN peak_bytes >= 100000000000 THEN 'critical'
        WHEN peak_bytes >= 1000000000 THEN 'high'
        ELSE 'medium'
    END AS severity,
    initiator || ' sent ' || human_bytes(bytes) || ' to ' || responder || ' in ' || hours
        || CASE
            WHEN hours * 3600 < window_end - window_start THEN ' clock hours out of '
                || ((window_end - window_start) / 3600)
            WHEN hours = 1 THEN ' clock hour'
            ELSE ' clock hours'
        END
        || '; in connections that it opened to the internet, those of small packets left out, it sent '
        || human_bytes(all_bytes) || ' in ' || CASE WHEN hours = 1 THEN 'that hour' ELSE 'those hours' END
        || CASE
            WHEN median_bytes < 1 THEN ', and nothing in most others'
            ELSE ', usually ' || human_bytes(median_bytes) || ' an hour'
        END AS description,
    CAST(all_bytes AS BIGINT) AS bytes,
    peak_bytes AS bytes_per_hour,
    median_bytes AS median_bytes_per_hour,
    mad AS mad_bytes_per_hour,
    round(z, 1) AS z,
    hours AS hours_to_target,
    bytes AS bytes_to_target,
    round(bytes / all_bytes, 3) AS share_to_target,
    destinations
FROM ranked
-- The largest destination may be a backup that everybody knows: one that got enough by itself is told of, too.
WHERE place = 1 OR unusual_bytes >= $megabytes * 1000000
