-- id: port-sweep
-- title: One host tries the same port of many
-- attack: T1046, T1595.001
-- guardduty: Impact:EC2/PortSweep
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: targets int 25 distinct targets within five minutes that make a sweep
-- param: targets_per_hour int 100 the same within an hour, for slower sweeps
-- param: failed_share float 0.8 share of the targets that must have failed, between 0 and 1
-- why: Whoever tries one port of many hosts looks for one weakness everywhere: a worm spreading, or an intruder who
--   maps the network from a host of ours.
-- false-positives: Inventory tools that also try addresses without a host. Monitoring that is answered does not count.
-- remediation: Isolate an internal source and look at what it runs; block an external one in a network ACL.
-- records: protocol IN (6, 17, 132)

WITH tried AS (
    SELECT
        bucket,
        bucket / 3600 * 3600 AS hour,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        direction,
        service_port,
        protocol,
        CASE WHEN outcome = 'rejected' OR (protocol = 6 AND outcome = 'unanswered') THEN 1 ELSE 0 END AS failed,
        attempts,
        first_start,
        last_end
    FROM connections
    WHERE protocol IN (6, 17, 132) AND attempts > 0
),
-- The small side of a join stands first: it is the one that is held in memory.
suspect AS (
    SELECT initiator, service_port, protocol, direction
    FROM tried
    GROUP BY initiator, service_port, protocol, direction
    HAVING count(*) >= $targets AND sum(failed) >= $targets * $failed_share
),
tried_by_suspect AS (
    SELECT tried.*
    FROM suspect
    JOIN tried
        ON suspect.initiator = tried.initiator
        AND suspect.service_port = tried.service_port
        AND suspect.protocol = tried.protocol
        AND suspect.direction = tried.direction
),
span AS (
    SELECT initiator, service_port, protocol, direction, bucket AS span_start, bucket + 300 AS span_end
    FROM tried_by_suspect
    GROUP BY initiator, service_port, protocol, direction, bucket
    HAVING count(*) >= $targets AND avg(failed) >= $failed_share
    UNION ALL
    SELECT initiator, service_port, protocol, direction, hour AS span_start, hour + 3600 AS span_end
    FROM (
        SELECT initiator, service_port, protocol, direction, hour, responder, min(failed) AS failed
        FROM tried_by_suspect
        GROUP BY initiator, service_port, protocol, direction, hour, responder
    )
    GROUP BY initiator, service_port, protocol, direction, hour
    HAVING count(*) >= $targets_per_hour AND avg(failed) >= $failed_share
),
sweep AS (
    SELECT
        initiator, service_port, protocol, direction, min(span_start) AS window_start, max(span_end) AS window_end
    FROM span
    GROUP BY initiator, service_port, protocol, direction
),
evidence AS (
    SELECT
        sweep.initiator,
        sweep.service_port,
        sweep.protocol,
        sweep.direction,
        sweep.window_start,
        sweep.window_end,
        min(account_id) AS account_id,
        min(region) AS region,
        -- One interface is named only where the sweep was seen at one.
        CASE WHEN count(DISTINCT interface_id) = 1 THEN min(interface_id) END AS interface_id,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT responder) AS targets,
        count(DISTINCT CASE WHEN failed = 0 THEN responder END) AS targets_answered,
        sum(attempts) AS attempts
    FROM sweep
    JOIN tried_by_suspect AS tried
        ON sweep.initiator = tried.initiator
        AND sweep.service_port = tried.service_port
        AND sweep.protocol = tried.protocol
        AND sweep.direction = tried.direction
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY
        sweep.initiator, sweep.service_port, sweep.protocol, sweep.direction, sweep.window_start, sweep.window_end
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    service_port AS port,
    protocol,
    direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN targets >= 1000 OR (direction <> 'inbound' AND targets >= 100) THEN 'high'
        WHEN targets >= 100 OR direction <> 'inbound' THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' tried port ' || service_port || coalesce(' (' || service_name(service_port, protocol) || ')', '')
        || ' of ' || targets || ' hosts in ' || attempts || ' attempts; ' || targets_answered || ' answered'
        AS description,
    targets,
    targets_answered,
    attempts
FROM evidence
