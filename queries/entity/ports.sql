-- The ports that it opened connections to.
WITH before AS (
    SELECT DISTINCT service_port AS port_before FROM earlier WHERE side = 'client'
),
port AS (
    SELECT
        service_port, protocol,
        count(DISTINCT peer) AS servers,
        sum(attempts) AS connections,
        sum(answers) AS answered,
        sum(rejected) AS rejected,
        sum(sent) AS sent,
        sum(received) AS received,
        min(first_start) AS first_start,
        max(last_end) AS last_end
    FROM seen
    WHERE side = 'client'
    GROUP BY service_port, protocol
)
SELECT
    service_port AS port,
    coalesce(service_name(service_port, protocol), protocol_name(protocol)) AS service,
    servers,
    connections,
    answered,
    rejected,
    sent,
    received,
    to_timestamp_seconds(first_start) AS first_seen,
    to_timestamp_seconds(last_end) AS last_seen,
    CASE WHEN $days > 0 THEN port_before IS NULL END AS is_new
FROM port
LEFT JOIN before ON (service_port IS NOT DISTINCT FROM port_before)
ORDER BY servers DESC, connections DESC, port
