-- id: queries
-- title: Queries to one public resolver are attempts too, each from a port of its own
-- expect: low 10.0.0.1 > 203.0.113.53:53
-- params: attempts=100
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.53' AS dstaddr, 30000 + n AS srcport,
    53 AS dstport, 17 AS protocol, 1 AS packets, 70 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.1', 53, 30000 + n, 17, 1, 150, 1773194400 + n, 1773194400 + n, 'ACCEPT'
FROM generate_series(0, 99) AS t(n)
