-- Its earlier days, the last first.
SELECT
    to_char(to_timestamp(bucket / 86400 * 86400), '%Y-%m-%d') AS day,
    count(DISTINCT CASE WHEN side = 'client' THEN peer END) AS servers,
    count(DISTINCT CASE WHEN side = 'server' AND outcome = 'accepted' THEN peer END) AS clients,
    sum(attempts) AS connections,
    sum(rejected) AS rejected,
    human_bytes(sum(sent)) AS sent,
    human_bytes(sum(received)) AS received
FROM earlier
GROUP BY bucket / 86400
ORDER BY day DESC
