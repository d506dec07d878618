-- id: port-sweep
-- title: One host tries the same port of many
-- did: tried one port of many hosts
-- attack: T1046, T1595.001
-- guardduty: Impact:EC2/PortSweep
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: targets int 25 distinct targets within five minutes that make a sweep
-- param: targets_per_hour int 100 the same within an hour, for slower sweeps
-- param: failed_share share 0.8 share of the targets that must have failed
-- param: retries int 20 attempts at each target in the whole day, from which on it is a client that lost what it knew
-- param: hosts int 5 hosts that must be tried where their further addresses count as targets (only with --interfaces)
-- why: Whoever tries one port of many hosts looks for one weakness everywhere: a worm spreading, or an intruder who
--   maps the network from a host of ours.
-- false-positives: Inventory tools that also try addresses without a host. Monitoring that is answered does not count.
-- remediation: Isolate an internal source and look at what it runs; block an external one in a network ACL.
-- records: protocol IN (6, 17, 132)

-- What counts is the first contact of a day with a target: repeating it says nothing new, and no border of the clock's
-- five minutes or hours divides a sweep.
-- A target has failed when it rejected, or when a SYN got no answer, and when it answers the source at this port at no
-- time of the day: monitoring whose targets go down all at once is an outage. An answer that a network ACL rejects on
-- its way back is an answer. UDP without an answer is neither a failure nor an answer.
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
        CASE
            WHEN replies_rejected > 0 THEN 0
            WHEN outcome = 'rejected' OR (protocol = 6 AND outcome = 'unanswered') THEN 1
            ELSE 0
        END AS failed,
        attempts,
        attempt_starts,
        answers + replies_rejected AS answers,
        first_start,
        last_end
    FROM connections
    WHERE protocol IN (6, 17, 132) AND (attempts > 0 OR answers > 0 OR replies_rejected > 0)
        AND (direction <> 'outbound' OR NOT is_gateway_leg)
    UNION ALL
    -- Without TCP flags a probe at a port of those that clients have looks like a reply that nobody asked for.
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        responder AS initiator,
        initiator AS responder,
        CASE direction WHEN 'inbound' THEN 'outbound' WHEN 'outbound' THEN 'inbound' ELSE direction END AS direction,
        initiator_port AS service_port,
        protocol,
        1 AS failed,
        1 AS attempts,
        make_array(first_start) AS attempt_starts,
        0 AS answers,
        first_start,
        last_end
    FROM connections
    WHERE protocol = 6
        AND outcome = 'accepted'
        AND orientation = 'ports'
        AND attempts = 0
        AND coalesce(request_packets, 0) = 0
        AND reply_packets BETWEEN 1 AND 3
        AND initiator_port >= 32768
        AND NOT is_gateway_leg
),
-- Without pkt-dstaddr all addresses of an interface show as its first one, and a sweep over them as one host that is
-- tried again and again. Where the file of interfaces tells of several public addresses and the logs show one, as many
-- attempts from outside may each be at another. So look a client's retries as well, but not at many hosts at once.
folded AS (
    SELECT interfaces.interface_id, cardinality(string_to_array(public_addresses, ' ')) AS addresses
    FROM interfaces
    JOIN tried ON interfaces.interface_id = tried.interface_id
    WHERE direction = 'inbound' AND public_addresses LIKE '% %' AND responder NOT LIKE '%:%'
    GROUP BY interfaces.interface_id, public_addresses
    HAVING count(DISTINCT responder) = 1
),
knock AS (
    SELECT
        initiator,
        responder,
        service_port,
        protocol,
        direction,
        addresses,
        unnest(attempt_starts) AS first_start
    FROM folded
    JOIN tried ON folded.interface_id = tried.interface_id
    WHERE direction = 'inbound' AND failed = 1 AND responder NOT LIKE '%:%'
),
further AS (
    SELECT initiator, responder, service_port, protocol, direction, first_start
    FROM (
        SELECT
            *,
            row_number() OVER (
                PARTITION BY initiator, responder, service_port, protocol ORDER BY first_start
            ) AS number
        FROM knock
    )
    WHERE number BETWEEN 2 AND addresses
),
-- The small side of a join stands first: it is the one that is held in memory.
suspect AS (
    SELECT initiator, service_port, protocol, direction
    FROM (
        SELECT initiator, service_port, protocol, direction FROM tried WHERE failed = 1
        UNION ALL
        SELECT initiator, service_port, protocol, direction FROM further
    )
    GROUP BY initiator, service_port, protocol, direction
    HAVING count(*) >= least($targets, $targets_per_hour) * $failed_share
),
contact AS (
    SELECT
        tried.initiator,
        tried.service_port,
        tried.protocol,
        tried.direction,
        tried.responder,
        min(CASE WHEN attempts > 0 THEN first_start END) AS first_start,
        min(failed) AS is_failed,
        CASE WHEN max(answers) > 0 THEN 1 ELSE 0 END AS is_answered
    FROM suspect
    JOIN tried
        ON suspect.initiator = tried.initiator
        AND suspect.service_port = tried.service_port
        AND suspect.protocol = tried.protocol
        AND suspect.direction = tried.direction
    GROUP BY tried.initiator, tried.service_port, tried.protocol, tried.direction, tried.responder
    HAVING sum(attempts) > 0
    UNION ALL
    SELECT
        further.initiator,
        further.service_port,
        further.protocol,
        further.direction,
        responder,
        first_start,
        1 AS is_failed,
        0 AS is_answered
    FROM suspect
    JOIN further
        ON suspect.initiator = further.initiator
        AND suspect.service_port = further.service_port
        AND suspect.protocol = further.protocol
        AND suspect.direction = further.direction
),
walk AS (
    SELECT
        initiator,
        service_port,
        protocol,
        direction,
        first_start,
        row_number() OVER so_far AS number,
        sum(is_failed) OVER so_far AS failed
    FROM contact
    WINDOW so_far AS (
        PARTITION BY initiator, service_port, protocol, direction
        ORDER BY first_start, responder ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),
-- When the last so and so many began, and how many had failed before them.
compared AS (
    SELECT
        *,
        -- Where both parameters have one value, the engine does not bear two window functions that are the same.
        lag(first_start, $targets - 1) OVER in_order AS began_5,
        lag(failed, $targets, 0) OVER in_order AS failed_5,
        lag(first_start, $targets_per_hour - 1, NULL) OVER in_order AS began_60,
        coalesce(lag(failed, $targets_per_hour) OVER in_order, 0) AS failed_60
    FROM walk
    WINDOW in_order AS (PARTITION BY initiator, service_port, protocol, direction ORDER BY number)
),
dense AS (
    SELECT
        *,
        first_start - began_5 < 300 AND CAST(failed - failed_5 AS DOUBLE) / $targets >= $failed_share AS is_5,
        first_start - began_60 < 3600
            AND CAST(failed - failed_60 AS DOUBLE) / $targets_per_hour >= $failed_share AS is_60
    FROM compared
),
sweep AS (
    SELECT
        initiator,
        service_port,
        protocol,
        direction,
        min(CASE WHEN is_60 THEN began_60 ELSE began_5 END) / 300 * 300 AS window_start,
        max(first_start) / 300 * 300 + 300 AS window_end
    FROM dense
    WHERE is_5 OR is_60
    GROUP BY initiator, service_port, protocol, direction
),
-- The share is judged over the whole, too: the first contacts of a client in good faith may all fail.
judged AS (
    SELECT
        sweep.initiator,
        sweep.service_port,
        sweep.protocol,
        sweep.direction,
        sweep.window_start,
        sweep.window_end,
        count(*) AS targets,
        count(DISTINCT responder) AS hosts,
        sum(is_answered) AS targets_answered,
        examples(CASE WHEN is_answered = 1 THEN responder END) AS targets_answered_seen,
        bool_and(is_public(responder)) AS is_internet
    FROM sweep
    JOIN contact
        ON sweep.initiator = contact.initiator
        AND sweep.service_port = contact.service_port
        AND sweep.protocol = contact.protocol
        AND sweep.direction = contact.direction
    WHERE first_start >= window_start AND first_start < window_end
    GROUP BY sweep.initiator, sweep.service_port, sweep.protocol, sweep.direction, sweep.window_start, sweep.window_end
    HAVING avg(is_failed) >= $failed_share AND count(DISTINCT responder) >= least($hosts, count(*))
),
evidence AS (
    SELECT
        judged.initiator,
        judged.service_port,
        judged.protocol,
        judged.direction,
        judged.window_start,
        judged.window_end,
        judged.targets,
        judged.hosts,
        judged.targets_answered,
        judged.targets_answered_seen,
        judged.is_internet,
        min(account_id) AS account_id,
        min(region) AS region,
        -- One interface is named only where the sweep was seen at one.
        CASE WHEN min(sweep_interface) = max(sweep_interface) THEN min(sweep_interface) END AS interface_id,
        min(first_start) FILTER (WHERE is_sweep) AS first_seen,
        max(last_end) FILTER (WHERE is_sweep) AS last_seen,
        sum(attempts) FILTER (WHERE is_sweep) AS attempts,
        sum(attempts) FILTER (WHERE is_sweep OR failed = 1) AS attempts_in_all,
        examples(CASE WHEN is_sweep THEN responder END) AS targets_seen
    FROM (
        SELECT
            judged.*,
            account_id,
            region,
            CASE WHEN bucket >= window_start AND bucket < window_end THEN interface_id END AS sweep_interface,
            responder,
            failed,
            attempts,
            first_start,
            last_end,
            bucket >= window_start AND bucket < window_end AS is_sweep
        FROM judged
        JOIN tried
            ON judged.initiator = tried.initiator
            AND judged.service_port = tried.service_port
            AND judged.protocol = tried.protocol
            AND judged.direction = tried.direction
    ) AS judged
    WHERE attempts > 0
    GROUP BY
        judged.initiator, judged.service_port, judged.protocol, judged.direction, judged.window_start,
        judged.window_end, judged.targets, judged.hosts, judged.targets_answered, judged.targets_answered_seen,
        judged.is_internet
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
        -- Who goes on asking those that went away is a client of theirs.
        WHEN direction <> 'inbound' AND attempts_in_all >= $retries * targets THEN 'low'
        WHEN targets >= 1000 OR (direction <> 'inbound' AND targets >= 100) THEN 'high'
        WHEN targets >= 100 OR direction <> 'inbound' THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' tried port ' || service_port || coalesce(' (' || service_name(service_port, protocol) || ')', '')
        || ' of ' || CASE WHEN hosts < targets THEN targets || ' addresses of ' ELSE '' END || counted(hosts, 'host')
        || CASE
            WHEN direction = 'outbound' AND is_internet THEN ' on the internet'
            WHEN direction = 'outbound' THEN ' outside'
            WHEN direction = 'internal' THEN ' inside'
            ELSE ''
        END
        || ' in ' || counted(attempts, 'attempt')
        || CASE WHEN attempts_in_all > 2 * attempts THEN ', ' || attempts_in_all || ' with those that failed later' ELSE '' END
        || '; '
        || targets_answered || ' answered'
        || CASE WHEN targets_answered BETWEEN 1 AND 3 THEN ': ' || targets_answered_seen ELSE '' END AS description,
    targets,
    hosts,
    targets_answered,
    attempts,
    attempts_in_all,
    targets_seen,
    targets_answered_seen
FROM evidence
