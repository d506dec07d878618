-- id: udp
-- title: Over UDP, from another port each time, every three minutes
-- expect: medium 10.0.0.5 > 203.0.113.9:4444
WITH call AS (
    SELECT n, 1773187220 + 180 * n + n * n * 7919 % 9 AS at FROM generate_series(0, 479) AS t(n)
)
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 32768 + n AS srcport, 4444 AS dstport,
    17 AS protocol, 1 AS packets, 120 + n % 3 AS bytes, at AS start, at AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 4444, 32768 + n, 17, 1, 90, at, at + 1, 'ACCEPT', 0
FROM call
UNION ALL
SELECT 'eni-9', '10.0.0.9', '10.0.0.8', 41000, 5432, 6, 10, 1000, at, at + 1, 'ACCEPT', 3
FROM (VALUES (1773187200), (1773273590)) AS f(at)
