-- id: dos-reflection
-- title: Servers on the internet send a host large answers that it never asked for
-- did: sent answers that nobody asked for
-- attack: T1498.002
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: ports ports 17,19,53,123,161,389,1900,5353,11211 UDP ports of servers that amplify
-- param: reflectors int 10 servers within five minutes that make an attack
-- param: megabytes float 50 megabytes (10^6 bytes) within five minutes that make one too, whoever sent them
-- param: min_bytes float 400 bytes of a packet on average, more than; amplified answers are large
-- param: ratio float 10 packets that come for each that the host sent, more than; fewer were asked for
-- why: An attacker asks thousands of servers in the name of your host, and their large answers fill its line. Rejecting
--   them protects the host but not the line: where all of it was rejected, the severity is a step lower.
-- false-positives: A tunnel over UDP to one of these ports while it downloads. Flow logs that record only rejected
--   traffic do not show who asked.
-- remediation: Keep UDP from the internet off the host with a network ACL, move the service behind CloudFront or Global
--   Accelerator with AWS Shield, give the host a new address, and tell AWS Support of a large attack.

-- The service is at the reflector's end, so that the victim looks like who opened the connection, with answers and
-- without a request. Only a victim's port that is lower than the reflector's makes it the other way round.
WITH arrived AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator AS victim,
        responder AS reflector,
        initiator_port AS victim_port,
        service_port AS reflector_port,
        coalesce(request_packets, 0) AS asked,
        reply_packets AS packets,
        reply_bytes AS bytes,
        replies_rejected AS rejected,
        flows,
        first_start,
        last_end
    FROM connections
    WHERE protocol = 17 AND direction = 'outbound' AND array_has($ports, CAST(service_port AS BIGINT))
    UNION ALL
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        responder AS victim,
        initiator AS reflector,
        service_port AS victim_port,
        initiator_port AS reflector_port,
        coalesce(reply_packets, 0) AS asked,
        request_packets AS packets,
        request_bytes AS bytes,
        rejected,
        flows,
        first_start,
        last_end
    FROM connections
    WHERE protocol = 17 AND direction = 'inbound' AND array_has($ports, CAST(initiator_port AS BIGINT))
),
-- Hosts that got little in five minutes; most end here.
suspect AS (
    SELECT DISTINCT victim
    FROM (
        SELECT victim, bucket
        FROM arrived
        WHERE packets > $ratio * asked AND bytes > $min_bytes * packets
        GROUP BY victim, bucket
        HAVING count(DISTINCT reflector) >= $reflectors OR sum(bytes) >= $megabytes * 1000000
    )
),
-- The answer to a question at the end of five minutes falls into the next five.
remembered AS (
    SELECT
        arrived.*,
        sum(asked) OVER (
            PARTITION BY arrived.victim, reflector, reflector_port ORDER BY bucket
            RANGE BETWEEN 300 PRECEDING AND CURRENT ROW
        ) AS asked_lately
    FROM suspect
    JOIN arrived ON suspect.victim = arrived.victim
),
unasked AS (
    SELECT
        *,
        count(DISTINCT reflector) OVER five_minutes AS reflectors,
        sum(bytes) OVER five_minutes AS all_bytes
    FROM remembered
    WHERE packets > $ratio * asked_lately AND bytes > $min_bytes * packets
    WINDOW five_minutes AS (PARTITION BY victim, bucket)
),
attack AS (
    SELECT
        victim,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        CASE WHEN count(DISTINCT reflector) = 1 THEN min(reflector) END AS actor,
        CASE
            WHEN count(victim_port) = count(*) AND min(victim_port) = max(victim_port) THEN min(victim_port)
        END AS port,
        CASE WHEN min(reflector_port) = max(reflector_port) THEN min(reflector_port) END AS reflector_port,
        array_to_string(array_sort(array_agg(DISTINCT reflector_port)), ', ') AS reflector_ports,
        count(DISTINCT reflector) AS reflectors,
        sum(packets) AS packets,
        sum(bytes) AS bytes,
        sum(rejected) AS rejected,
        sum(flows) AS flows,
        max(all_bytes) AS peak_bytes
    FROM unasked
    WHERE reflectors >= $reflectors OR all_bytes >= $megabytes * 1000000
    GROUP BY victim
),
judged AS (
    SELECT
        *,
        CASE
            WHEN peak_bytes >= 10000000000 THEN 4
            WHEN peak_bytes >= 1000000000 OR reflectors >= 1000 THEN 3
            WHEN peak_bytes >= 50000000 OR reflectors >= 100 THEN 2
            ELSE 1
        END - CASE WHEN rejected >= flows THEN 1 ELSE 0 END AS step
    FROM attack
)
SELECT
    account_id,
    region,
    interface_id,
    actor,
    victim AS target,
    port,
    CAST(17 AS INT) AS protocol,
    'inbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE step WHEN 4 THEN 'critical' WHEN 3 THEN 'high' WHEN 2 THEN 'medium' WHEN 1 THEN 'low' ELSE 'info' END
        AS severity,
    counted(reflectors, 'server') || ' on the internet sent '
        || human_bytes(bytes) || ' of '
        || coalesce(upper(service_name(reflector_port, 17)), 'UDP') || ' answers to ' || victim
        || ' that it never asked for, '
        || CAST(round(CAST(bytes AS DOUBLE) / packets) AS BIGINT) || ' bytes a packet'
        || CASE
            WHEN rejected >= flows THEN '; all of it was rejected'
            WHEN rejected = 1 THEN '; 1 of ' || flows || ' records was rejected'
            WHEN rejected > 1 THEN '; ' || rejected || ' of ' || flows || ' records were rejected'
            ELSE ''
        END AS description,
    'srcport IN (' || reflector_ports || ')' AS records,
    reflectors,
    reflector_port,
    packets,
    bytes,
    peak_bytes AS bytes_in_five_minutes,
    rejected AS flows_rejected,
    flows
FROM judged
