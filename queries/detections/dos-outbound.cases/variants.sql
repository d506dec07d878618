-- id: variants
-- title: Floods of five kinds at five targets
-- expect: high 10.0.0.1 > 203.0.113.1:80; high 10.0.0.1 > 203.0.113.2:27015; high 10.0.0.1 > 203.0.113.3:22;
--   high 10.0.0.1 > 203.0.113.4:53; high 10.0.0.1 > 203.0.113.5
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.1' AS dstaddr, 40000 AS srcport, 80 AS dstport,
    6 AS protocol, 700000 AS packets, 700000 * 44 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 4) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.2', 40000, 27015, 17, 700000, 700000 * 540, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', NULL
FROM generate_series(0, 4) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.3', 40000, 22, 17, 700000, 700000 * 540, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', NULL
FROM generate_series(0, 4) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.4', 40000, 53, 17, 700000, 700000 * 70, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', NULL
FROM generate_series(0, 4) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.5', NULL, NULL, 99, 700000, 700000 * 540, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', NULL
FROM generate_series(0, 4) AS t(n)
