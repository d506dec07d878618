-- id: answers-only
-- title: Answers of a resolver that nobody asked, and queries that come to a server of ours
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.53' AS srcaddr, '10.0.0.5' AS dstaddr, 53 AS srcport, 40000 + n AS dstport,
    17 AS protocol, 10 AS packets, 9000 AS bytes, 1773194400 + 6 * n AS start, 1773194402 + 6 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-2', '203.0.113.9', '10.0.0.6', 40000 + n, 53, 17, 1, 70, 1773194400 + 60 * n, 1773194400 + 60 * n,
    'ACCEPT', 0
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-2', '10.0.0.6', '203.0.113.9', 53, 40000 + n, 17, 1, 170, 1773194400 + 60 * n, 1773194400 + 60 * n,
    'ACCEPT', 0
FROM generate_series(0, 59) AS t(n)
