-- What a host did on each side of its connections.
SELECT
    side,
    count(DISTINCT peer) AS peers,
    sum(attempts) AS connections,
    sum(answers) AS answered,
    sum(rejected) AS rejected,
    human_bytes(sum(sent)) AS sent,
    human_bytes(sum(received)) AS received,
    to_char(to_timestamp(min(first_start)), '%Y-%m-%d %H:%M') AS first_seen,
    to_char(to_timestamp(max(last_end)), '%Y-%m-%d %H:%M') AS last_seen
FROM seen
GROUP BY side
ORDER BY side
