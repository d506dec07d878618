-- Whom it opened connections to: who is new first, and then the most bytes.
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
    SELECT DISTINCT split_part(peer, '%', 1) AS peer_before, service_port AS port_before
    FROM earlier
    WHERE side = 'client'
)
SELECT
    peer,
    service_port AS port,
    coalesce(service_name(service_port, protocol), protocol_name(protocol)) AS service,
    coalesce(host_name(peer), aws_service(peer), as_name(peer), country(peer)) AS who,
    connections,
    answered,
    rejected,
    bytes_sent AS sent,
    bytes_received AS received,
    to_timestamp_seconds(first_start) AS first_seen,
    to_timestamp_seconds(last_end) AS last_seen,
    CASE WHEN $days = 0 THEN NULL ELSE port_before IS NULL AND peer_before IS NULL END AS is_new
FROM peer
LEFT JOIN before ON split_part(peer, '%', 1) = peer_before AND (service_port IS NOT DISTINCT FROM port_before)
ORDER BY coalesce(is_new AND answered > 0, FALSE) DESC, sent + received DESC, connections DESC, peer, port
