-- id: one-large-call
-- title: Every five minutes all day, and once it fetches 45 MB
-- expect: medium 10.0.0.5 > 203.0.113.9:443
-- says: both ways on average, up to 45.0 MB in five minutes
WITH call AS (
    SELECT n, 1773187211 + 300 * n + n * n * 7 % 13 AS at, CASE WHEN n = 100 THEN 45000000 ELSE 3000 END AS size
    FROM generate_series(0, 286) AS t(n)
)
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 32768 + n % 28000 AS srcport,
    443 AS dstport, 6 AS protocol, 6 AS packets, 920 + size / 1000 AS bytes, at AS start, at + 1 AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 443, 32768 + n % 28000, 6, 5, size, at, at + 1, 'ACCEPT', 19
FROM call
UNION ALL
SELECT 'eni-9', '10.0.0.9', '10.0.0.8', 41000, 5432, 6, 10, 1000, at, at + 1, 'ACCEPT', 3
FROM (VALUES (1773187200), (1773273590)) AS f(at)
