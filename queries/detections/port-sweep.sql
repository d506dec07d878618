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

-- A target has failed when it rejected, or when a SYN got no answer, and when it answers the source at this port at no
-- time of the day: monitoring whose targets go down all at once is an outage. An answer that a network ACL rejects on
-- its way back is an answer. UDP without an answer is neither a failure nor an answer.
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
        CASE
            WHEN replies_rejected > 0 THEN 0
            WHEN outcome = 'rejected' OR (protocol = 6 AND outcome = 'unanswered') THEN 1
            ELSE 0
        END AS failed,
        attempts,
        answers + replies_rejected AS answers,
        first_start,
        last_end
    FROM connections
    WHERE protocol IN (6, 17, 132) AND (attempts > 0 OR answers > 0 OR replies_rejected > 0)
),
-- The small side of a join stands first: it is the one that is held in memory.
suspect AS (
    SELECT initiator, service_port, protocol, direction
    FROM tried
    WHERE failed = 1
    GROUP BY initiator, service_port, protocol, direction
    HAVING count(*) >= least($targets, $targets_per_hour) * $failed_share
),
judged AS (
    SELECT
        tried.*,
        min(failed) OVER of_target AS is_failed,
        max(answers) OVER of_target AS answered
    FROM suspect
    JOIN tried
        ON suspect.initiator = tried.initiator
        AND suspect.service_port = tried.service_port
        AND suspect.protocol = tried.protocol
        AND suspect.direction = tried.direction
    WINDOW of_target AS (
        PARTITION BY tried.initiator, tried.service_port, tried.protocol, tried.direction, tried.responder
    )
),
contact AS (
    SELECT * FROM judged WHERE attempts > 0
),
clock AS (
    SELECT initiator, service_port, protocol, direction, bucket AS span_start, bucket + 300 AS span_end
    FROM contact
    GROUP BY initiator, service_port, protocol, direction, bucket
    HAVING count(*) >= $targets AND avg(is_failed) >= $failed_share
    UNION ALL
    SELECT initiator, service_port, protocol, direction, hour AS span_start, hour + 3600 AS span_end
    FROM (
        SELECT initiator, service_port, protocol, direction, hour, responder, min(is_failed) AS is_failed
        FROM contact
        GROUP BY initiator, service_port, protocol, direction, hour, responder
    )
    GROUP BY initiator, service_port, protocol, direction, hour
    HAVING count(*) >= $targets_per_hour AND avg(is_failed) >= $failed_share
),
-- Where the clock's five minutes and hours found nothing, one of their borders may divide a sweep: there windows end at
-- any contact. What share failed is judged over what came after, too, because the first contacts of a client in good
-- faith may all fail.
undecided AS (
    SELECT initiator, service_port, protocol, direction
    FROM clock
    RIGHT ANTI JOIN contact USING (initiator, service_port, protocol, direction)
    WHERE is_failed = 1
    GROUP BY initiator, service_port, protocol, direction
    HAVING count(DISTINCT responder) >= least($targets, $targets_per_hour) * $failed_share
),
counted AS (
    SELECT
        initiator,
        service_port,
        protocol,
        direction,
        bucket,
        min(bucket) OVER five_minutes AS bucket_5,
        count(DISTINCT responder) OVER five_minutes AS targets_5,
        count(DISTINCT responder) OVER around_5 AS around_5,
        count(DISTINCT CASE WHEN is_failed = 1 THEN responder END) OVER around_5 AS failed_5,
        min(bucket) OVER an_hour AS bucket_60,
        count(DISTINCT responder) OVER an_hour AS targets_60,
        count(DISTINCT responder) OVER around_60 AS around_60,
        count(DISTINCT CASE WHEN is_failed = 1 THEN responder END) OVER around_60 AS failed_60
    FROM undecided
    JOIN contact USING (initiator, service_port, protocol, direction)
    WINDOW
        five_minutes AS (
            PARTITION BY initiator, service_port, protocol, direction ORDER BY first_start
            RANGE BETWEEN 299 PRECEDING AND CURRENT ROW
        ),
        around_5 AS (
            PARTITION BY initiator, service_port, protocol, direction ORDER BY first_start
            RANGE BETWEEN 299 PRECEDING AND 299 FOLLOWING
        ),
        an_hour AS (
            PARTITION BY initiator, service_port, protocol, direction ORDER BY first_start
            RANGE BETWEEN 3599 PRECEDING AND CURRENT ROW
        ),
        around_60 AS (
            PARTITION BY initiator, service_port, protocol, direction ORDER BY first_start
            RANGE BETWEEN 3599 PRECEDING AND 3599 FOLLOWING
        )
),
span AS (
    SELECT initiator, service_port, protocol, direction, span_start, span_end FROM clock
    UNION ALL
    SELECT initiator, service_port, protocol, direction, bucket_5 AS span_start, bucket + 300 AS span_end
    FROM counted
    WHERE targets_5 >= $targets AND CAST(failed_5 AS DOUBLE) / around_5 >= $failed_share
    UNION ALL
    SELECT initiator, service_port, protocol, direction, bucket_60 AS span_start, bucket + 300 AS span_end
    FROM counted
    WHERE targets_60 >= $targets_per_hour AND CAST(failed_60 AS DOUBLE) / around_60 >= $failed_share
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
        count(DISTINCT CASE WHEN answered > 0 THEN responder END) AS targets_answered,
        sum(attempts) AS attempts
    FROM sweep
    JOIN contact
        ON sweep.initiator = contact.initiator
        AND sweep.service_port = contact.service_port
        AND sweep.protocol = contact.protocol
        AND sweep.direction = contact.direction
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
