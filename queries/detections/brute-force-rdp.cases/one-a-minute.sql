-- id: one-a-minute
-- title: Ten connections in ten minutes, one a minute, the least that counts
-- expect: medium 203.0.113.9 > 10.0.0.1:3389
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 18 + n % 4 AS packets, 2800 AS bytes, 1773194400 + 60 * n AS start, 1773194404 + 60 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 40000 + n, 6, 15, 3000, 1773194400 + 60 * n, 1773194404 + 60 * n,
    'ACCEPT', 19
FROM generate_series(0, 9) AS t(n)
