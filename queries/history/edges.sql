-- Who had whom as a client or server on a day, at which port, and was let. Strangers who came to us are one. Of the ways
-- out only gateway endpoints are told, which lead to AWS alone. Answers that nobody asked for are left out, since anybody
-- may send them; and where only the ports tell who called whom, so is what looks as if a server had called its clients.
WITH served AS (
    SELECT responder AS initiator, service_port
    FROM connections
    WHERE direction = 'inbound' AND answers > 0
    GROUP BY responder, service_port
),
edge AS (
    SELECT connections.*
    FROM served
    RIGHT ANTI JOIN connections
        ON served.initiator = connections.initiator AND served.service_port = connections.initiator_port
        AND connections.orientation = 'ports' AND connections.direction = 'outbound'
)
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
FROM edge
WHERE bucket IS NOT NULL AND outcome = 'accepted' AND direction IN ('inbound', 'internal', 'outbound')
    AND NOT is_gateway_leg AND NOT is_unasked
GROUP BY
    bucket / 86400, direction, CASE WHEN direction <> 'inbound' THEN initiator END, responder, service_port, protocol,
    CASE WHEN traffic_path = 7 THEN 7 END
ORDER BY initiator, responder, service_port, protocol, direction, day
