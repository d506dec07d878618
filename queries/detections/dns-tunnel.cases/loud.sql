-- id: loud
-- title: Half an hour of 400 kB a minute in large queries to a resolver of nobody
-- expect: high 10.0.0.5 > 203.0.113.53:53
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1700 AS packets, 400000 AS bytes, 1773194400 + 60 * n AS start, 1773194455 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 53, 40000 + n, 17, 1700, 250000, 1773194400 + 60 * n,
    1773194455 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 29) AS t(n)
