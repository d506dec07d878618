-- id: time
-- title: NTP every 64 seconds with a public time server
-- expect: nothing
WITH call AS (
    SELECT n, 1773187211 + 64 * n AS at FROM generate_series(0, 1349) AS t(n)
)
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 123 AS srcport, 123 AS dstport,
    17 AS protocol, 1 AS packets, 76 AS bytes, at AS start, at AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 123, 123, 17, 1, 76, at, at + 1, 'ACCEPT', 0
FROM call
UNION ALL
SELECT 'eni-9', '10.0.0.9', '10.0.0.8', 41000, 5432, 6, 10, 1000, at, at + 1, 'ACCEPT', 3
FROM (VALUES (1773187200), (1773273590)) AS f(at)
