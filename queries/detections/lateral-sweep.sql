-- id: lateral-sweep
-- title: A host of ours turns to many others over the ports of remote administration
-- did: turned to many hosts over ports of remote administration
-- attack: T1021, T1570
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: hosts int 20 distinct hosts within an hour, at least
-- param: ports ports 22,135,139,445,3389,5985,5986 ports of remote administration and file shares
-- param: trusted texts "" addresses and networks of bastions, configuration management and scanners; not reported
-- why: An intruder with one host looks from there for the next, and malware copies itself the same way. Hosts seldom
--   have a reason to administer many others.
-- false-positives: Bastions, configuration management, backup and vulnerability scanners, and load balancers that check
--   one of these ports; name them in trusted.
-- remediation: Ask what the host had to do there. If nobody knows, isolate it, look for its logins on the hosts that
--   answered, and let only bastions reach these ports between security groups.
-- records: protocol = 6

-- Whether the hosts answer makes no difference to the finding: with stolen credentials all of them do.
WITH tried AS (
    SELECT *
    FROM connections
    WHERE direction = 'internal'
        AND protocol = 6
        AND attempts > 0
        AND array_has($ports, CAST(service_port AS BIGINT))
        AND NOT coalesce(cidr_contains($trusted, initiator), false)
),
-- Most hosts end here. The small side of a join stands first: it is the one that is held in memory.
suspect AS (
    SELECT initiator
    FROM tried
    GROUP BY initiator
    HAVING count(DISTINCT responder) >= $hosts
),
tried_by_suspect AS (
    SELECT tried.*
    FROM suspect
    JOIN tried ON suspect.initiator = tried.initiator
),
-- Each five minutes count in the twelve hours, five minutes apart, that they are part of.
in_hour AS (
    SELECT initiator, responder, bucket + 300 * later - 3300 AS hour
    FROM generate_series(0, 11) AS shift(later)
    CROSS JOIN (SELECT initiator, responder, bucket FROM tried_by_suspect GROUP BY initiator, responder, bucket)
),
hour AS (
    SELECT initiator, hour, count(DISTINCT responder) AS hosts
    FROM in_hour
    GROUP BY initiator, hour
    HAVING count(DISTINCT responder) >= $hosts
),
sweep AS (
    SELECT
        initiator,
        min(hour) AS hour_start,
        max(hour) + 3600 AS hour_end,
        max(hosts) AS hosts_per_hour
    FROM hour
    GROUP BY initiator
),
evidence AS (
    SELECT
        sweep.initiator,
        hosts_per_hour,
        min(account_id) AS account_id,
        min(region) AS region,
        -- One interface is named only where the sweep was seen at one.
        CASE WHEN count(DISTINCT interface_id) = 1 THEN min(interface_id) END AS interface_id,
        CASE WHEN min(service_port) = max(service_port) THEN min(service_port) END AS port,
        array_to_string(array_sort(array_agg(DISTINCT service_port)), ', ') AS ports,
        count(DISTINCT service_port) AS distinct_ports,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT responder) AS hosts,
        count(DISTINCT CASE WHEN answers > 0 THEN responder END) AS hosts_answered,
        sum(attempts) AS attempts,
        examples(responder) AS hosts_seen
    FROM sweep
    JOIN tried_by_suspect AS tried ON sweep.initiator = tried.initiator
    WHERE bucket >= hour_start AND bucket < hour_end
    GROUP BY sweep.initiator, hosts_per_hour
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    port,
    CAST(6 AS INT) AS protocol,
    'internal' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    -- Who reaches nearly all that it tries knows the network, as administrators do.
    CASE
        WHEN hosts_per_hour >= 1000 AND hosts_answered < hosts * 0.9 THEN 'critical'
        WHEN hosts_per_hour >= 1000 OR (hosts_per_hour >= 100 AND hosts_answered < hosts * 0.9) THEN 'high'
        WHEN hosts_per_hour >= 100 OR hosts_answered < hosts * 0.9 THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' tried ' || CASE WHEN distinct_ports = 1 THEN 'port ' ELSE 'ports ' END || ports
        || coalesce(' (' || service_name(port, 6) || ')', '') || ' of '
        || counted(hosts, 'host') || ' of ours, up to '
        || hosts_per_hour || ' within an hour; ' || hosts_answered || ' answered' AS description,
    hosts,
    hosts_per_hour,
    hosts_answered,
    ports,
    attempts,
    hosts_seen
FROM evidence
