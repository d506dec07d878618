-- id: large-answers
-- title: Small queries with large signed answers, and answers that nobody asked for
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '8.8.8.8' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1 AS packets, 84 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end", 'ACCEPT' AS action,
    0 AS tcp_flags
FROM generate_series(0, 599) AS t(n)
UNION ALL
SELECT 'eni-1', '8.8.8.8', '10.0.0.5', 53, 40000 + n, 17, 1, 1180, 1773194400 + n, 1773194400 + n, 'ACCEPT', 0
FROM generate_series(0, 599) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 53, 30000 + n, 17, 1000, 1400000, 1773194400 + n, 1773194400 + n,
    'ACCEPT', 0
FROM generate_series(0, 599) AS t(n)
