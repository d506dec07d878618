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

-- A port has failed when it was rejected, or when a SYN got no answer, and when it answers the source at no time of the
-- day: busy clients and their replies never count, nor does a load balancer whose targets went down. UDP without an
-- answer is neither a failure nor an answer. The UDP ports of traceroute are left out: it fails at one after the other
-- by design.
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
        answers,
        first_start,
        last_end
    FROM connections
    WHERE protocol IN (6, 17, 132)
        AND (attempts > 0 OR answers > 0)
        AND NOT (protocol = 17 AND service_port BETWEEN 33434 AND 33534)
),
-- A pair that failed seldom is no scan; most pairs end here. The small side of a join stands first: it is the one that
-- is held in memory.
suspect AS (
    SELECT initiator, responder
    FROM tried
    WHERE failed = 1
    GROUP BY initiator, responder
    HAVING count(*) >= least($ports, $ports_per_hour) * $failed_share
),
-- FTP and RPC agree on a new port for each transfer or service, and a firewall that does not know it rejects them all.
-- They go from the client or from the server, between hosts that have a control connection. One of FTP is longer than
-- the look of a scanner at the port.
control AS (
    SELECT initiator, responder, CASE WHEN service_port IN (111, 135) THEN 32768 ELSE 1024 END AS from_port
    FROM connections
    WHERE service_port IN (21, 990, 111, 135) AND protocol IN (6, 17)
    GROUP BY initiator, responder, service_port
    HAVING sum(answers) > 0 AND (service_port IN (111, 135) OR sum(request_packets) >= 8 * sum(attempts))
),
agreed AS (
    SELECT initiator, responder, min(from_port) AS from_port
    FROM (
        SELECT initiator, responder, from_port FROM control
        UNION ALL
        SELECT responder AS initiator, initiator AS responder, from_port FROM control
    )
    GROUP BY initiator, responder
),
tried_by_suspect AS (
    SELECT tried.*
    FROM suspect
    JOIN tried ON suspect.initiator = tried.initiator AND suspect.responder = tried.responder
),
judged AS (
    SELECT
        tried.*,
        -- A port of TCP and the same of UDP are two.
        protocol * 65536 + service_port AS port,
        min(failed) OVER of_port AS is_failed,
        max(answers) OVER of_port AS answered
    FROM agreed
    RIGHT JOIN tried_by_suspect AS tried ON agreed.initiator = tried.initiator AND agreed.responder = tried.responder
    WHERE service_port < coalesce(from_port, 65536)
    WINDOW of_port AS (PARTITION BY tried.initiator, tried.responder, service_port, protocol)
),
contact AS (
    SELECT * FROM judged WHERE attempts > 0
),
clock AS (
    SELECT initiator, responder, bucket AS span_start, bucket + 300 AS span_end
    FROM contact
    GROUP BY initiator, responder, bucket
    HAVING count(*) >= $ports AND avg(is_failed) >= $failed_share
    UNION ALL
    SELECT initiator, responder, hour AS span_start, hour + 3600 AS span_end
    FROM (
        SELECT initiator, responder, hour, port, min(is_failed) AS is_failed
        FROM contact
        GROUP BY initiator, responder, hour, port
    )
    GROUP BY initiator, responder, hour
    HAVING count(*) >= $ports_per_hour AND avg(is_failed) >= $failed_share
),
-- Where the clock's five minutes and hours found nothing, one of their borders may divide a scan: there windows end at
-- any contact. What share failed is judged over what came after, too, because the first contacts of a client in good
-- faith may all fail.
undecided AS (
    SELECT initiator, responder
    FROM clock
    RIGHT ANTI JOIN contact USING (initiator, responder)
    WHERE is_failed = 1
    GROUP BY initiator, responder
    HAVING count(DISTINCT port) >= least($ports, $ports_per_hour) * $failed_share
),
counted AS (
    SELECT
        initiator,
        responder,
        bucket,
        min(bucket) OVER five_minutes AS bucket_5,
        count(DISTINCT port) OVER five_minutes AS ports_5,
        count(DISTINCT port) OVER around_5 AS around_5,
        count(DISTINCT CASE WHEN is_failed = 1 THEN port END) OVER around_5 AS failed_5,
        min(bucket) OVER an_hour AS bucket_60,
        count(DISTINCT port) OVER an_hour AS ports_60,
        count(DISTINCT port) OVER around_60 AS around_60,
        count(DISTINCT CASE WHEN is_failed = 1 THEN port END) OVER around_60 AS failed_60
    FROM undecided
    JOIN contact USING (initiator, responder)
    WINDOW
        five_minutes AS (
            PARTITION BY initiator, responder ORDER BY first_start RANGE BETWEEN 299 PRECEDING AND CURRENT ROW
        ),
        around_5 AS (
            PARTITION BY initiator, responder ORDER BY first_start RANGE BETWEEN 299 PRECEDING AND 299 FOLLOWING
        ),
        an_hour AS (
            PARTITION BY initiator, responder ORDER BY first_start RANGE BETWEEN 3599 PRECEDING AND CURRENT ROW
        ),
        around_60 AS (
            PARTITION BY initiator, responder ORDER BY first_start
            RANGE BETWEEN 3599 PRECEDING AND 3599 FOLLOWING
        )
),
span AS (
    SELECT initiator, responder, span_start, span_end FROM clock
    UNION ALL
    SELECT initiator, responder, bucket_5 AS span_start, bucket + 300 AS span_end
    FROM counted
    WHERE ports_5 >= $ports AND CAST(failed_5 AS DOUBLE) / around_5 >= $failed_share
    UNION ALL
    SELECT initiator, responder, bucket_60 AS span_start, bucket + 300 AS span_end
    FROM counted
    WHERE ports_60 >= $ports_per_hour AND CAST(failed_60 AS DOUBLE) / around_60 >= $failed_share
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
        count(DISTINCT port) AS ports,
        count(DISTINCT CASE WHEN answered > 0 THEN port END) AS ports_answered,
        sum(attempts) AS attempts
    FROM scan
    JOIN contact ON scan.initiator = contact.initiator AND scan.responder = contact.responder
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
