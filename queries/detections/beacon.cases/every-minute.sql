-- id: every-minute
-- title: Every minute to the second, all day, always of the same size
-- expect: high 10.0.0.5 > 203.0.113.9:8443
-- says: with 420 bytes sent give or take 0 bytes, 680 bytes both ways on average;
--   , where 1 is clockwork
WITH call AS (
    SELECT n, 1773187211 + 60 * n AS at, 420 AS size
    FROM generate_series(0, 1438) AS t(n)
)
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 32768 + n % 28000 AS srcport,
    8443 AS dstport, 6 AS protocol, 6 AS packets, size AS bytes, at AS start, at + 1 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 8443, 32768 + n % 28000, 6, 5, 260, at, at + 1, 'ACCEPT', 19
FROM call
UNION ALL
SELECT 'eni-9', '10.0.0.9', '10.0.0.8', 41000, 5432, 6, 10, 1000, at, at + 1, 'ACCEPT', 3
FROM (VALUES (1773187200), (1773273590)) AS f(at)
