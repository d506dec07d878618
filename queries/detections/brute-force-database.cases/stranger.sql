-- id: stranger
-- title: A host on the internet opens 1,500 short connections in ten minutes, all of about nine packets
-- expect: critical 203.0.113.9 > 10.0.0.1:1433
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 1433 AS dstport,
    6 AS protocol, 8 + n % 3 AS packets, 900 + 50 * (n % 3) AS bytes, 1773194400 + 2 * n / 5 AS start,
    1773194401 + 2 * n / 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 1499) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 1433, 10000 + n, 6, 7, 1100, 1773194400 + 2 * n / 5, 1773194401 + 2 * n / 5,
    'ACCEPT', 19
FROM generate_series(0, 1499) AS t(n)
