-- id: open-ports
-- title: Ports that the world used
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- meaning: Ports of ours that answered addresses of the internet, how many came, the connections that they opened, and on
--   how many of the earlier days the same port of the same host was used.
-- bars: sources

-- Of whom was answered all counts, also spans of a session that goes on, in which nothing is asked anew.
WITH answered AS (
    SELECT
        responder,
        service_port,
        protocol,
        sum(attempts) AS connections,
        sum(coalesce(request_bytes, 0)) AS bytes_in,
        sum(coalesce(reply_bytes, 0)) AS bytes_out
    FROM connections
    WHERE direction = 'inbound' AND outcome = 'accepted' AND orientation <> 'address'
        AND NOT is_unasked AND NOT is_relayed AND NOT is_gateway_leg AND service_port > 0
    GROUP BY responder, service_port, protocol, initiator
    HAVING sum(answers) > 0
),
used AS (
    SELECT
        responder,
        service_port,
        protocol,
        count(*) AS sources,
        sum(connections) AS connections,
        sum(bytes_in) AS bytes_in,
        sum(bytes_out) AS bytes_out
    FROM answered
    GROUP BY responder, service_port, protocol
    ORDER BY sources DESC, responder, service_port, protocol
    LIMIT 50
),
known AS (
    SELECT used.responder, used.service_port, used.protocol, count(DISTINCT day) AS days
    FROM used
    JOIN history_edges
        ON history_edges.responder = used.responder AND history_edges.service_port = used.service_port
        AND history_edges.protocol = used.protocol
    WHERE direction = 'inbound'
    GROUP BY used.responder, used.service_port, used.protocol
)
SELECT
    used.responder AS host,
    host_name(used.responder) AS name,
    used.service_port AS port,
    protocol_name(used.protocol) AS protocol,
    service_name(used.service_port, used.protocol) AS service,
    sources,
    connections,
    bytes_in,
    bytes_out,
    coalesce(days, 0) AS days_before
FROM used
LEFT JOIN known
    ON known.responder = used.responder AND known.service_port = used.service_port AND known.protocol = used.protocol
ORDER BY sources DESC, host, port, protocol
