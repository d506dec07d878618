-- Every number is the largest that one vantage (an interface in a flow log) saw: request and reply at both ends, a NAT
-- or transit gateway between them, or flow logs of a VPC and of its subnet all tell of the same packets.
-- The interface named is the one at our end: the responder's, or the initiator's of what goes out.
-- Hosts of two VPCs with the same private addresses are taken for one.
-- Where no direction is told, an interface has the address that all of its conversations have.
WITH undirected AS (
    SELECT *, ip_family(initiator) AS family FROM conversations
    WHERE vantage IS NULL AND interface_id IS NOT NULL
        AND ip_family(initiator) = ip_family(responder) AND initiator <> responder
),
total AS (
    SELECT account_id, region, vpc_id, interface_id, flow_log_id, log_status, family, count(*) AS conversations
    FROM undirected
    GROUP BY account_id, region, vpc_id, interface_id, flow_log_id, log_status, family
),
ends AS (
    SELECT account_id, region, vpc_id, interface_id, flow_log_id, log_status, family, address, count(*) AS conversations
    FROM (
        SELECT account_id, region, vpc_id, interface_id, flow_log_id, log_status, family, initiator AS address
        FROM undirected
        UNION ALL
        SELECT account_id, region, vpc_id, interface_id, flow_log_id, log_status, family, responder AS address
        FROM undirected
    )
    GROUP BY account_id, region, vpc_id, interface_id, flow_log_id, log_status, family, address
),
constant AS (
    SELECT
        total.account_id, total.region, total.vpc_id, total.interface_id, total.flow_log_id, total.log_status,
        min(address) AS address
    FROM total
    JOIN ends
        ON (total.account_id IS NOT DISTINCT FROM ends.account_id)
        AND (total.region IS NOT DISTINCT FROM ends.region)
        AND (total.vpc_id IS NOT DISTINCT FROM ends.vpc_id)
        AND total.interface_id = ends.interface_id
        AND (total.flow_log_id IS NOT DISTINCT FROM ends.flow_log_id)
        AND total.log_status = ends.log_status
        AND total.family = ends.family
    WHERE total.conversations = ends.conversations
    GROUP BY
        total.account_id, total.region, total.vpc_id, total.interface_id, total.flow_log_id, total.log_status,
        total.family
    HAVING count(*) = 1
),
seen AS (
    SELECT seen.*, NOT is_relayed AND address IS NOT NULL AS owns
    FROM conversations AS seen
    LEFT JOIN constant
        ON (seen.account_id IS NOT DISTINCT FROM constant.account_id)
        AND (seen.region IS NOT DISTINCT FROM constant.region)
        AND (seen.vpc_id IS NOT DISTINCT FROM constant.vpc_id)
        AND seen.interface_id = constant.interface_id
        AND (seen.flow_log_id IS NOT DISTINCT FROM constant.flow_log_id)
        AND seen.log_status = constant.log_status
        AND CASE WHEN direction = 'outbound' THEN initiator ELSE responder END = address
),
seen_once AS (
    SELECT
        bucket,
        initiator,
        responder,
        service_port,
        protocol,
        direction,
        coalesce(
            min(interface_id) FILTER (WHERE owns),
            min(interface_id) FILTER (
                WHERE NOT is_relayed
                AND vantage = CASE WHEN direction = 'outbound' THEN 'initiator' ELSE 'responder' END
            ),
            min(interface_id) FILTER (WHERE NOT is_relayed),
            min(interface_id)
        ) AS interface_id,
        min(account_id) AS account_id,
        min(region) AS region,
        max(flows) AS flows,
        max(attempts) AS attempts,
        max(answers) AS answers,
        max(rejected) AS rejected,
        max(replies_rejected) AS replies_rejected,
        max(CASE WHEN replies_rejected > 0 THEN greatest(attempts - rejected - answers, 0) ELSE 0 END) AS replies_lost,
        min(CASE orientation WHEN 'tcp_flags' THEN 1 WHEN 'ports' THEN 2 WHEN 'address' THEN 3 END) AS rule,
        bool_or(
            NOT is_relayed
            AND coalesce(vantage, '') = CASE WHEN direction = 'outbound' THEN 'initiator' ELSE 'responder' END
            OR owns
        ) AS is_interface_sure,
        CASE
            WHEN min(initiator_port) = max(initiator_port) AND count(initiator_port) = count(*) THEN min(initiator_port)
        END AS initiator_port,
        max(request_packets) AS request_packets,
        max(request_bytes) AS request_bytes,
        max(reply_packets) AS reply_packets,
        max(reply_bytes) AS reply_bytes,
        max(attempt_packets) AS attempt_packets,
        max(attempt_packets_squared) AS attempt_packets_squared,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        max(traffic_path) AS traffic_path,
        bool_and(is_relayed) AS is_relayed,
        bool_and(outcome = 'rejected') AS is_rejected
    FROM seen
    WHERE log_status = 'OK' AND initiator IS NOT NULL AND responder IS NOT NULL
    GROUP BY bucket, initiator, responder, service_port, protocol, direction
)
SELECT
    bucket,
    account_id,
    region,
    interface_id,
    initiator,
    responder,
    service_port,
    protocol,
    direction,
    CASE
        WHEN answers > 0 THEN 'accepted'
        WHEN rejected > 0 AND rejected >= attempts THEN 'rejected'
        WHEN attempts > 0 THEN 'unanswered'
        WHEN is_rejected THEN 'rejected'
        ELSE 'accepted'
    END AS outcome,
    flows,
    attempts,
    answers,
    rejected,
    replies_rejected,
    replies_lost,
    request_packets,
    request_bytes,
    reply_packets,
    reply_bytes,
    attempt_packets,
    attempt_packets_squared,
    first_start,
    last_end,
    initiator_port,
    CASE rule WHEN 1 THEN 'tcp_flags' WHEN 2 THEN 'ports' WHEN 3 THEN 'address' END AS orientation,
    traffic_path,
    is_relayed,
    is_interface_sure,
    NOT is_relayed AND relay IS NOT NULL AS is_gateway_leg,
    attempts = 0
        AND (answers > 0 OR reply_packets IS NOT NULL OR reply_bytes IS NOT NULL)
        AND CASE
            -- Nothing but headers of IPv6 and TCP, at most.
            WHEN answers > 0 THEN coalesce(request_bytes, 0) <= 60 * coalesce(request_packets, 0)
            ELSE coalesce(request_packets, 0) = 0 AND coalesce(request_bytes, 0) = 0
        END AS is_unasked
FROM seen_once
-- A gateway's own connection is its leg of one that others have to the same service.
LEFT JOIN (
    SELECT DISTINCT interface_id AS relay, responder AS of, service_port AS at, protocol AS by FROM conversations WHERE is_relayed
)
    ON relay = interface_id
    AND of = responder
    AND (at IS NOT DISTINCT FROM service_port)
    AND (by IS NOT DISTINCT FROM protocol)
