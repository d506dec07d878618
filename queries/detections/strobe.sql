-- id: strobe
-- title: A host opens connections to one address all day without a pause
-- did: connected without a pause
-- attack: T1071
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: attempts int 86400 connections begun by a pair within a day (UTC), at least; one a second by default
-- why: A program that calls one public address every second of the day is malware that waits for orders or a fault that
--   retries for ever. Both hide in the sum of a day, because no single minute looks loud.
-- false-positives: A busy client of an API or a resolver that opens a connection for every request. What goes through a
--   gateway endpoint is left out where traffic_path says so, or without it --aws-ip-ranges.
-- remediation: Find the process behind the calls on the host (ss -tp, or the flow's instance in Systems Manager). If
--   nobody knows the address, isolate the instance with an empty security group and block the address in a network ACL;
--   let a known client keep its connections open.

-- A NAT gateway's own leg is left out, because the host behind it is counted.
WITH pair AS (
    SELECT
        bucket / 86400 * 86400 AS day,
        initiator,
        responder,
        service_port,
        protocol,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(attempts) AS attempts,
        sum(rejected) AS rejected,
        sum(CASE WHEN outcome = 'accepted' THEN 1 ELSE 0 END) AS answered_spans,
        sum(coalesce(request_bytes, 0)) AS bytes_out,
        sum(coalesce(reply_bytes, 0)) AS bytes_in
    FROM connections
    WHERE direction = 'outbound' AND attempts > 0
        AND coalesce(traffic_path, CASE WHEN aws_service(responder) IN ('S3', 'DYNAMODB') THEN 7 END, 0) <> 7
    GROUP BY bucket / 86400 * 86400, initiator, responder, service_port, protocol
    HAVING sum(attempts) >= $attempts
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    responder AS target,
    service_port AS port,
    protocol,
    'outbound' AS direction,
    day AS window_start,
    day + 86400 AS window_end,
    first_seen,
    last_seen,
    CASE
        WHEN attempts >= 100 * $attempts THEN 'high'
        WHEN attempts >= 10 * $attempts THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' began ' || counted(attempts, 'connection')
        || ' to ' || responder
        || coalesce(' at port ' || service_port, '')
        || coalesce(' (' || service_name(service_port, protocol) || ')', '') || ' within a day, '
        || round(CAST(attempts AS DOUBLE) / greatest(last_seen - first_seen, 1), 1) || ' a second while it lasted; '
        || CASE WHEN answered_spans = 0 AND bytes_in = 0 THEN 'none was answered and ' ELSE '' END
        || CASE
            WHEN answered_spans = 0 AND bytes_in = 0 AND rejected = 0 THEN 'none rejected'
            WHEN rejected = 1 THEN '1 was rejected'
            ELSE rejected || ' were rejected'
        END AS description,
    attempts,
    rejected,
    answered_spans,
    bytes_out,
    bytes_in
FROM pair
WHERE NOT is_gateway_leg
