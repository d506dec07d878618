-- What a host did on each side of its connections.
SELECT
    side,
    count(DISTINCT peer) AS peers,
    sum(attempts) AS connections,
    sum(answers) AS answered,
    sum(rejected) AS rejected,
    sum(sent) AS sent,
    sum(received) AS received,
    to_timestamp_seconds(min(first_start)) AS first_seen,
    to_timestamp_seconds(max(last_end)) AS last_seen
FROM seen
GROUP BY side
ORDER BY side
