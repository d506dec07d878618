-- id: slow-scan
-- title: A host fails at nearly everything that it tries for the first time
-- did: failed at nearly everything that it tried
-- attack: T1046
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: failed int 20 failed first contacts of a walk, at least; fewer are a client's mistakes
-- param: shortest duration 10m time that failing takes, at least; what is faster is a port scan or a sweep
-- param: theta0 share 0.8 share of the first contacts of a host in good faith that succeed
-- param: theta1 share 0.2 share of the first contacts of a scanner that succeed; less than theta0
-- param: alpha float 0.01 how often a walk of a host in good faith may be taken for a scanner's
-- param: beta float 0.99 how often a scanner's walk must be found
-- why: A patient scanner stays below every count per minute, but it does not know what is there: most of what it tries
--   first fails, while a client mostly goes where it is served. The order of failures and successes gives it away.
-- false-positives: Vulnerability scanners and inventory tools, file-sharing clients, and a host whose list of services
--   is out of date.
-- remediation: Block a source on the internet in a network ACL. Find out what an internal source runs, isolate it if
--   nobody knows, and look in its connections for what answered.
-- records: protocol IN (6, 17, 132)

-- The sequential hypothesis test of Jung, Paxson, Berger and Balakrishnan (Threshold Random Walk, 2004). A first
-- contact is the day's first attempt at a port of a target: repeating it says nothing new. UDP without an answer is
-- neither a success nor a failure.
-- Slow is what fails in many different minutes, or in bursts that lie apart: a sweep of a minute and a stray failure
-- hours later are neither.
-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted.
WITH tried AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        direction,
        service_port,
        protocol,
        attempts,
        -- An answer that a network ACL rejects on its way back is an answer.
        answers > 0 OR replies_rejected > 0 AS is_answered,
        first_start,
        last_end
    FROM connections
    WHERE protocol IN (6, 17, 132)
        AND (attempts > 0 OR answers > 0)
        AND (protocol = 6 OR outcome <> 'unanswered')
        AND (direction = 'inbound' OR NOT is_gateway_leg)
),
-- Most hosts end here. The small side of a join stands first: it is the one that is held in memory.
suspect AS (
    SELECT initiator
    FROM tried
    WHERE NOT is_answered
    GROUP BY initiator
    HAVING count(*) >= $failed
),
tried_by_suspect AS (
    SELECT tried.*
    FROM suspect
    JOIN tried ON suspect.initiator = tried.initiator
),
contact AS (
    SELECT
        initiator,
        responder,
        service_port,
        protocol,
        min(bucket) AS first_bucket,
        min(first_start) AS first_start,
        max(CASE WHEN NOT is_answered THEN bucket END) AS last_bucket,
        max(CASE WHEN NOT is_answered THEN last_end END) AS last_end,
        sum(attempts) AS attempts,
        -- What began at the end of five minutes may be answered in the next five.
        CASE WHEN min(CASE WHEN is_answered THEN bucket END) <= min(bucket) + 300 THEN 0 ELSE 1 END AS failed
    FROM tried_by_suspect
    GROUP BY initiator, responder, service_port, protocol
    HAVING sum(attempts) > 0
),
walk AS (
    SELECT
        *,
        sum(CASE WHEN failed = 1 THEN ln((1 - $theta1) / (1 - $theta0)) ELSE ln($theta1 / $theta0) END) OVER (
            PARTITION BY initiator ORDER BY first_start, responder, service_port, protocol
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS height
    FROM contact
),
-- A walk at the lower border, ln((1 - beta) / (1 - alpha)), has shown good faith and starts again from zero. Only
-- successes lead down, all by the same step, so that a border lies a whole number of steps below the last.
bordered AS (
    SELECT
        *,
        min(height) OVER (
            PARTITION BY initiator ORDER BY first_start, responder, service_port, protocol
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS lowest,
        ceil(ln((1 - $alpha) / (1 - $beta)) / ln($theta0 / $theta1)) * ln($theta0 / $theta1) AS border
    FROM walk
),
restarted AS (
    SELECT *, greatest(floor(1e-9 - lowest / border), 0) AS restarts FROM bordered
),
tallied AS (
    SELECT
        *,
        height + restarts * border AS log_likelihood,
        sum(failed) OVER (
            PARTITION BY initiator, restarts ORDER BY first_start, responder, service_port, protocol
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS failed_so_far
    FROM restarted
),
judged AS (
    SELECT
        *,
        -- How far above the upper border a walk came that had failed often enough.
        max(CASE WHEN failed_so_far >= $failed THEN log_likelihood - ln($beta / $alpha) END) OVER (
            PARTITION BY initiator, restarts
        ) AS excess,
        min(CASE WHEN failed = 1 THEN first_start END) OVER (PARTITION BY initiator, restarts) AS failed_from,
        max(CASE WHEN failed = 1 THEN first_start END) OVER (PARTITION BY initiator, restarts) AS failed_until
    FROM tallied
),
-- A stray failure hours before the scan or after it is no part of it. Stray are a few (one, or a twentieth) of the
-- first or of the last failures, when half an hour, and ten times the usual pause, lies between them and the rest.
pace AS (
    SELECT
        initiator,
        count(*) AS failures,
        greatest(
            1800,
            20 * (
                percentile_cont(CAST(first_start AS DOUBLE), 0.75) - percentile_cont(CAST(first_start AS DOUBLE), 0.25)
            ) / count(*)
        ) AS pause,
        least(greatest(count(*) / 20, 1), count(*) - $failed) AS strays
    FROM judged
    WHERE excess >= 0 AND failed = 1
    GROUP BY initiator
),
failure AS (
    SELECT
        initiator,
        first_start,
        row_number() OVER in_time AS place,
        first_start - lag(first_start) OVER in_time AS before,
        lead(first_start) OVER in_time - first_start AS after
    FROM judged
    WHERE excess >= 0 AND failed = 1
    WINDOW in_time AS (PARTITION BY initiator ORDER BY first_start, responder, service_port, protocol)
),
cut AS (
    SELECT
        pace.initiator,
        failures,
        min(first_start) AS first_failure,
        max(first_start) AS last_failure,
        max(CASE WHEN place <= strays AND after > pause THEN place ELSE 0 END) AS strays_before,
        max(CASE WHEN place > failures - strays AND before > pause THEN failures + 1 - place ELSE 0 END)
            AS strays_after,
        max(CASE WHEN place <= strays AND after > pause THEN first_start + after END) AS begins,
        min(CASE WHEN place > failures - strays AND before > pause THEN first_start - before END) AS ends
    FROM pace
    JOIN failure ON failure.initiator = pace.initiator
    GROUP BY pace.initiator, failures
),
scan AS (
    SELECT
        initiator,
        coalesce(begins, first_failure) AS begins,
        -- At least the failures remain that make a scan.
        CASE
            WHEN failures - strays_before - strays_after >= $failed THEN coalesce(ends, last_failure)
            ELSE last_failure
        END AS ends
    FROM cut
),
-- What is told of a scan is what failed, and how much was tried meanwhile: where the host was served before and after
-- says nothing of it.
told AS (
    SELECT
        judged.*,
        failed = 1 AS is_failed
    FROM scan
    JOIN judged ON judged.initiator = scan.initiator
    WHERE excess >= 0 AND first_start BETWEEN greatest(begins, failed_from) AND least(ends, failed_until)
),
-- Where it was seen: contacts are many, and bear no names of places.
place AS (
    SELECT
        failed.initiator,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        max(interface_id) AS other_interface_id,
        min(direction) AS direction,
        max(direction) AS other_direction
    FROM (SELECT DISTINCT initiator, responder FROM told WHERE is_failed) AS failed
    JOIN tried_by_suspect AS tried
        ON failed.initiator = tried.initiator AND failed.responder = tried.responder
    GROUP BY failed.initiator
),
evidence AS (
    SELECT
        initiator,
        min(responder) FILTER (WHERE is_failed) AS target,
        max(responder) FILTER (WHERE is_failed) AS other_target,
        min(service_port) FILTER (WHERE is_failed) AS port,
        max(service_port) FILTER (WHERE is_failed) AS other_port,
        min(protocol) FILTER (WHERE is_failed) AS protocol,
        max(protocol) FILTER (WHERE is_failed) AS other_protocol,
        min(first_bucket) FILTER (WHERE is_failed) AS window_start,
        max(last_bucket) FILTER (WHERE is_failed) + 300 AS window_end,
        min(first_start) FILTER (WHERE is_failed) AS first_seen,
        max(last_end) FILTER (WHERE is_failed) AS last_seen,
        count(*) AS first_contacts,
        sum(failed) AS failed,
        count(DISTINCT responder) FILTER (WHERE is_failed) AS targets,
        count(DISTINCT service_port) FILTER (WHERE is_failed) AS ports,
        sum(attempts) FILTER (WHERE is_failed) AS attempts,
        array_to_string(
            array_sort(array_agg(DISTINCT service_port) FILTER (WHERE is_failed AND service_port IS NOT NULL)), ', '
        ) AS port_list,
        examples(CASE WHEN is_failed THEN responder END) AS targets_seen,
        examples(CASE WHEN is_failed THEN service_port END) AS ports_seen,
        examples(
            CASE WHEN NOT is_failed THEN coalesce('port ' || service_port || ' of ', '') || responder END
        ) AS answered_seen,
        bool_and(is_public(responder)) FILTER (WHERE is_failed) AS is_internet,
        max(log_likelihood) AS log_likelihood
    FROM told
    GROUP BY initiator
    HAVING count(DISTINCT CASE WHEN is_failed THEN first_start / 60 END) >= $shortest / 60
        OR percentile_cont(CASE WHEN is_failed THEN CAST(first_start AS DOUBLE) END, 0.75)
            - percentile_cont(CASE WHEN is_failed THEN CAST(first_start AS DOUBLE) END, 0.25) >= $shortest / 2
)
SELECT
    account_id,
    region,
    CASE WHEN interface_id = other_interface_id THEN interface_id END AS interface_id,
    evidence.initiator AS actor,
    CASE WHEN target = other_target THEN target END AS target,
    CASE WHEN port = other_port THEN port END AS port,
    CASE WHEN protocol = other_protocol THEN protocol END AS protocol,
    CASE WHEN direction = other_direction THEN direction END AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN failed >= 1000 AND other_direction <> 'inbound' THEN 'high'
        WHEN failed >= 1000 OR (failed >= 100 AND other_direction <> 'inbound') THEN 'medium'
        WHEN failed >= 100 OR other_direction <> 'inbound' THEN 'low'
        ELSE 'info'
    END AS severity,
    evidence.initiator || ' failed at '
        || CASE
            WHEN ports = 1 THEN 'port ' || port || coalesce(' (' || service_name(port, protocol) || ')', '')
            ELSE counted(ports, 'port')
        END || ' of '
        || CASE WHEN targets = 1 THEN target ELSE counted(targets, 'host') END
        || CASE
            WHEN targets = 1 OR direction <> other_direction THEN ''
            WHEN direction = 'outbound' AND is_internet THEN ' on the internet'
            WHEN direction = 'outbound' THEN ' outside'
            WHEN direction = 'internal' THEN ' inside'
            ELSE ''
        END
        || CASE WHEN ports > 1 AND targets > 1 AND failed > greatest(ports, targets)
            THEN ' (' || counted(failed, 'combination') || ')' ELSE '' END
        || ', in ' || counted(attempts, 'attempt') || ' within '
        || CASE
            WHEN last_seen - first_seen >= 7200 THEN round((last_seen - first_seen) / 3600.0, 1) || ' hours'
            WHEN last_seen - first_seen >= 120 THEN CAST(round((last_seen - first_seen) / 60.0) AS BIGINT) || ' minutes'
            WHEN last_seen - first_seen <= 1 THEN '1 second'
            ELSE (last_seen - first_seen) || ' seconds'
        END
        || '; of its ' || first_contacts || ' first tries' || CASE
            WHEN first_contacts = failed THEN ' none was answered'
            WHEN first_contacts - failed = 1 THEN ' 1 was answered'
            ELSE ' ' || (first_contacts - failed) || ' were answered'
        END
        || CASE WHEN first_contacts - failed BETWEEN 1 AND 3 THEN ': ' || answered_seen ELSE '' END AS description,
    first_contacts,
    failed,
    targets,
    ports,
    attempts,
    CAST(round((last_seen - first_seen) / CAST(attempts AS DOUBLE)) AS BIGINT) AS seconds_per_attempt,
    round(log_likelihood, 1) AS log_likelihood,
    targets_seen,
    ports_seen,
    answered_seen,
    -- A longer list is no help to who reads it.
    CASE
        WHEN ports BETWEEN 2 AND 100
            THEN 'protocol IN (6, 17, 132) AND (dstport IN (' || port_list || ') OR srcport IN (' || port_list || '))'
    END AS records
FROM evidence
JOIN place ON place.initiator = evidence.initiator
