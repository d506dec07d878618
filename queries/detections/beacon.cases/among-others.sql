-- id: among-others
-- title: Every two minutes all day, and five hundred calls at random in between
-- expect: medium 10.0.0.5 > 203.0.113.9:443
-- says: seconds and in between, with 920 bytes
WITH call AS (
    SELECT 1773187211 + 120 * n + n * n * 7 % 13 AS at, n FROM generate_series(0, 718) AS t(n)
    UNION ALL
    -- Calls at random.
    SELECT CAST(1773187300 + 86000 * (sin(n * 12.9898) * 43758.5453 - floor(sin(n * 12.9898) * 43758.5453)) AS BIGINT),
        n + 1000
    FROM generate_series(1, 500) AS t(n)
)
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 32768 + n AS srcport, 443 AS dstport,
    6 AS protocol, 9 AS packets, 920 AS bytes, at AS start, at + 1 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 443, 32768 + n, 6, 8, 3010, at, at + 1, 'ACCEPT', 19
FROM call
UNION ALL
SELECT 'eni-9', '10.0.0.9', '10.0.0.8', 41000, 5432, 6, 10, 1000, at, at + 1, 'ACCEPT', 3
FROM (VALUES (1773187200), (1773273590)) AS f(at)
