-- Whom it opened connections to, the most bytes first.
WITH peer AS (
    SELECT
        peer, service_port, protocol,
        sum(attempts) AS connections,
        sum(answers) AS answered,
        sum(rejected) AS rejected,
        sum(sent) AS bytes_sent,
        sum(received) AS bytes_received,
        min(first_start) AS first_start,
        max(last_end) AS last_end
    FROM seen
    WHERE side = 'client'
    GROUP BY peer, service_port, protocol
),
before AS (
    SELECT DISTINCT peer AS peer_before, service_port AS port_before FROM earlier WHERE side = 'client'
)
SELECT
    peer,
    service_port AS port,
    coalesce(service_name(service_port, protocol), protocol_name(protocol)) AS service,
    coalesce(host_name(peer), aws_service(peer), as_name(peer), country(peer)) AS who,
    connections,
    answered,
    rejected,
    human_bytes(bytes_sent) AS sent,
    human_bytes(bytes_received) AS received,
    to_char(to_timestamp(first_start), '%m-%d %H:%M') AS first_seen,
    to_char(to_timestamp(last_end), '%m-%d %H:%M') AS last_seen,
    CASE WHEN $days = 0 THEN NULL ELSE port_before IS NULL AND peer_before IS NULL END AS is_new
FROM peer
LEFT JOIN before ON peer = peer_before AND (service_port IS NOT DISTINCT FROM port_before)
ORDER BY bytes_sent + bytes_received DESC, connections DESC, peer, port
