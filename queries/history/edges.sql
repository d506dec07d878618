-- Who had whom as a client or server on a day, at which port, and was let. Strangers who came to us are one. Of the ways
-- out only gateway endpoints are told, which lead to AWS alone.
SELECT
    bucket / 86400 AS day,
    min(account_id) AS account_id,
    min(region) AS region,
    min(interface_id) AS interface_id,
    direction,
    CASE WHEN direction <> 'inbound' THEN initiator END AS initiator,
    responder,
    service_port,
    protocol,
    CAST(CASE WHEN traffic_path = 7 THEN 7 END AS INT) AS traffic_path,
    count(*) AS spans,
    count(DISTINCT bucket / 3600) AS hours,
    sum(attempts) AS attempts,
    sum(answers) AS answers,
    sum(request_packets) AS request_packets,
    sum(request_bytes) AS request_bytes,
    sum(reply_bytes) AS reply_bytes,
    min(first_start) AS first_start,
    max(last_end) AS last_end
FROM connections
WHERE bucket IS NOT NULL AND outcome = 'accepted' AND direction IN ('inbound', 'internal', 'outbound')
    AND NOT is_gateway_leg
GROUP BY
    bucket / 86400, direction, CASE WHEN direction <> 'inbound' THEN initiator END, responder, service_port, protocol,
    CASE WHEN traffic_path = 7 THEN 7 END
ORDER BY initiator, responder, service_port, protocol, direction, day
