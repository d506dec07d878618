-- id: twelve-caches
-- title: A cache of ours is used by twelve public addresses, and a host asks twelve outside
-- expect: high - > 10.0.0.1:6379; medium 10.0.0.2 > -:6379
SELECT 'eni-1' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport,
    6379 AS dstport, 6 AS protocol, 10 AS packets, 900 AS bytes, 1773194400 AS start, 1773194405 AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 6379, 50000, 6, 10, 9000, 1773194400, 1773194405, 'ACCEPT', 19
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-2', '10.0.0.2', '203.0.113.' || n, 50000, 6379, 6, 10, 900, 1773194400, 1773194405, 'ACCEPT', 3
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-2', '203.0.113.' || n, '10.0.0.2', 6379, 50000, 6, 10, 9000, 1773194400, 1773194405, 'ACCEPT', 19
FROM generate_series(1, 12) AS t(n)
