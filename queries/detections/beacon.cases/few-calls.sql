-- id: few-calls
-- title: Twenty calls of a day at random, which happen to be evenly spread
-- expect: nothing
WITH pause AS (
    SELECT n, 4000 + (n * n * 7919 + n * 104729) % 5800 - 2900 AS seconds FROM generate_series(0, 20) AS t(n)
),
call AS (
    SELECT n, 1773187300 + CAST(sum(seconds) OVER (ORDER BY n) AS BIGINT) AS at FROM pause
)
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 32768 + n AS srcport, 443 AS dstport,
    6 AS protocol, 12 AS packets, 2000 + n AS bytes, at AS start, at + 1 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 443, 32768 + n, 6, 20, 7000, at, at + 1, 'ACCEPT', 19
FROM call
UNION ALL
SELECT 'eni-9', '10.0.0.9', '10.0.0.8', 41000, 5432, 6, 10, 1000, at, at + 1, 'ACCEPT', 3
FROM (VALUES (1773187200), (1773273590)) AS f(at)
