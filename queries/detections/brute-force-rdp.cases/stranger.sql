-- id: stranger
-- title: A host on the internet opens 120 short connections in ten minutes, all of about fourteen packets
-- expect: high 203.0.113.9 > 10.0.0.1:3389
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 13 + n % 3 AS packets, 2100 + 60 * (n % 3) AS bytes, 1773194400 + 5 * n AS start,
    1773194403 + 5 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 40000 + n, 6, 11, 2600, 1773194400 + 5 * n, 1773194403 + 5 * n,
    'ACCEPT', 19
FROM generate_series(0, 119) AS t(n)
