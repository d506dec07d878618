-- The ports that others opened connections to, and who most of all.
WITH peer AS (
    SELECT
        service_port, protocol, peer,
        sum(attempts) AS attempts,
        sum(answers) AS answers,
        sum(rejected) AS rejections,
        sum(sent) AS bytes_sent,
        sum(received) AS bytes_received,
        min(first_start) AS first_start,
        max(last_end) AS last_end
    FROM seen
    WHERE side = 'server'
    GROUP BY service_port, protocol, peer
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY service_port, protocol ORDER BY bytes_sent + bytes_received DESC, attempts DESC, peer
        ) AS place
    FROM peer
),
before AS (
    SELECT DISTINCT service_port AS port_before FROM earlier WHERE side = 'server' AND outcome = 'accepted'
)
SELECT
    service_port AS port,
    coalesce(service_name(service_port, protocol), protocol_name(protocol)) AS service,
    count(*) AS clients,
    max(CASE WHEN place = 1 THEN peer END) AS most_by,
    sum(attempts) AS connections,
    sum(answers) AS answered,
    sum(rejections) AS rejected,
    sum(bytes_received) AS received,
    sum(bytes_sent) AS sent,
    to_timestamp_seconds(min(first_start)) AS first_seen,
    to_timestamp_seconds(max(last_end)) AS last_seen,
    CASE WHEN $days = 0 OR sum(answers) = 0 THEN NULL ELSE max(port_before) IS NULL END AS is_new
FROM ranked
LEFT JOIN before ON service_port = port_before
GROUP BY service_port, protocol
ORDER BY answered DESC, connections DESC, port
