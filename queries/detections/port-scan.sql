-- id: port-scan
-- title: One host tries many ports of another
-- attack: T1046
-- guardduty: Recon:EC2/Portscan
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: ports int 15 distinct ports of one target within five minutes that make a scan
-- param: ports_per_hour int 50 the same within an hour, for slower scans
-- param: failed_share float 0.8 share of the tried ports that must have failed, between 0 and 1
-- why: Whoever tries many ports of a host looks for a way in. From outside it is the first step of most attacks; from
--   inside it says that a host of ours is already in somebody else's hands.
-- false-positives: Vulnerability scanners and inventory tools of your own; exclude them by address.
-- remediation: Block the source in a network ACL, close the ports that answered and need not be open, and look at what
--   an internal source runs.
-- records: protocol IN (6, 17, 132)

-- A port has failed when it was rejected, or when a SYN got no answer. A connection that was answered once in the
-- five minutes is a success, so that busy clients and their replies never count.
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
-- A pair that touched few ports of the day is no scan; most pairs end here. The small side of a join stands first: it
-- is the one that is held in memory.
suspect AS (
    SELECT initiator, responder
    FROM tried
    GROUP BY initiator, responder
    HAVING count(*) >= $ports
),
tried_by_suspect AS (
    SELECT tried.*
    FROM suspect
    JOIN tried ON suspect.initiator = tried.initiator AND suspect.responder = tried.responder
),
span AS (
    SELECT initiator, responder, bucket AS span_start, bucket + 300 AS span_end, count(*) AS ports
    FROM tried_by_suspect
    GROUP BY initiator, responder, bucket
    HAVING count(*) >= $ports AND avg(failed) >= $failed_share
    UNION ALL
    SELECT initiator, responder, hour AS span_start, hour + 3600 AS span_end, count(*) AS ports
    FROM (
        SELECT initiator, responder, hour, service_port, protocol, min(failed) AS failed
        FROM tried_by_suspect
        GROUP BY initiator, responder, hour, service_port, protocol
    )
    GROUP BY initiator, responder, hour
    HAVING count(*) >= $ports_per_hour AND avg(failed) >= $failed_share
),
scan AS (
    SELECT initiator, responder, min(span_start) AS window_start, max(span_end) AS window_end
    FROM span
    GROUP BY initiator, responder
),
evidence AS (
    SELECT
        scan.initiator,
        scan.responder,
        scan.window_start,
        scan.window_end,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(direction) AS direction,
        min(protocol) AS protocol,
        max(protocol) AS other_protocol,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT service_port) AS ports,
        count(DISTINCT CASE WHEN failed = 0 THEN service_port END) AS ports_answered,
        sum(attempts) AS attempts
    FROM scan
    JOIN tried_by_suspect ON scan.initiator = tried_by_suspect.initiator AND scan.responder = tried_by_suspect.responder
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY scan.initiator, scan.responder, scan.window_start, scan.window_end
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    responder AS target,
    CASE WHEN protocol = other_protocol THEN protocol END AS protocol,
    direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN ports >= 1000 OR (direction = 'internal' AND ports >= 100) THEN 'high'
        WHEN ports >= 100 OR direction IN ('internal', 'outbound') THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' tried ' || ports || ' ports of ' || responder || ' in ' || attempts || ' attempts; '
        || ports_answered || ' answered' AS description,
    ports,
    ports_answered,
    attempts
FROM evidence
