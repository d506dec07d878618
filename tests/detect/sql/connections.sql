-- Every number is the largest that one vantage (an interface in a flow log) saw: request and reply at both ends, a NAT
-- or transit gateway between them, or flow logs of a VPC and of its subnet all tell of the same packets.
-- The interface named is the one at our end: the responder's, or the initiator's of what goes out.
-- Hosts of two VPCs with the same private addresses are taken for one.
WITH seen_once AS (
    SELECT
        bucket,
        initiator,
        responder,
        service_port,
        protocol,
        direction,
        coalesce(
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
    FROM conversations
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
    attempts = 0 AND (
        answers > 0
        OR (
            coalesce(request_packets, 0) = 0 AND coalesce(request_bytes, 0) = 0
            AND (reply_packets IS NOT NULL OR reply_bytes IS NOT NULL)
        )
    ) AS is_unasked
FROM seen_once
LEFT JOIN (SELECT DISTINCT interface_id AS relay FROM conversations WHERE is_relayed) ON relay = interface_id
