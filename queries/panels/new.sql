-- id: new
-- title: What was new
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- history: 1
-- meaning: Connections that no earlier day has: a client, a server and a port inside, or a port of ours that the internet
--   used. Those of the most bytes stand first; most of them are nobody's harm.
-- bars: bytes
WITH of_today AS (
    SELECT
        direction,
        CASE WHEN direction = 'internal' THEN initiator END AS initiator,
        responder,
        service_port,
        protocol,
        sum(attempts) AS connections,
        sum(coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) AS bytes,
        min(first_start) AS first_start
    FROM connections
    WHERE outcome = 'accepted' AND direction IN ('inbound', 'internal') AND service_port > 0
        AND orientation <> 'address' AND NOT is_gateway_leg AND NOT is_unasked AND NOT is_relayed
    GROUP BY direction, CASE WHEN direction = 'internal' THEN initiator END, responder, service_port, protocol
    HAVING sum(answers) > 0
),
known AS (
    SELECT DISTINCT
        direction AS known_direction,
        initiator AS known_initiator,
        responder AS known_responder,
        service_port AS known_port,
        protocol AS known_protocol
    FROM history_edges
    WHERE direction IN ('inbound', 'internal')
)
SELECT
    direction,
    initiator AS client,
    responder AS server,
    coalesce(host_name(responder), host_name(initiator)) AS name,
    service_port AS port,
    protocol_name(protocol) AS protocol,
    service_name(service_port, protocol) AS service,
    connections,
    bytes,
    to_timestamp_seconds(first_start) AS first_seen
FROM of_today
LEFT JOIN known
    ON known_direction = direction AND (known_initiator IS NOT DISTINCT FROM initiator) AND known_responder = responder
    AND known_port = service_port AND known_protocol = protocol
WHERE known_direction IS NULL
ORDER BY bytes DESC, server, port, protocol, client
LIMIT 50
