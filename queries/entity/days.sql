-- Its earlier days, the last first.
SELECT
    CAST(to_timestamp_seconds(bucket / 86400 * 86400) AS DATE) AS day,
    count(DISTINCT CASE WHEN side = 'client' THEN peer END) AS servers,
    count(DISTINCT CASE WHEN side = 'server' AND outcome = 'accepted' THEN peer END) AS clients,
    sum(attempts) AS connections,
    sum(rejected) AS rejected,
    sum(sent) AS sent,
    sum(received) AS received
FROM earlier
GROUP BY bucket / 86400
ORDER BY day DESC
