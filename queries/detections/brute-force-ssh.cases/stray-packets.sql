-- id: stray-packets
-- title: A stranger tries three hundred passwords, and sends packets that belong to nothing beside each of them
-- expect: high 203.0.113.9 > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 4 AS packets, 2200 + 37 * (n % 8) AS bytes, 1773194400 + 6 * n AS start,
    1773194403 + 6 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 15, 3300, 1773194400 + 6 * n, 1773194403 + 6 * n,
    'ACCEPT', 19
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 20000 + 5 * n + k, 22, 6, 1, 40, 1773194400 + 6 * n, 1773194400 + 6 * n,
    'ACCEPT', 0
FROM generate_series(0, 299) AS t(n)
CROSS JOIN generate_series(0, 4) AS s(k)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 20000 + 5 * n + k, 6, 1, 40, 1773194400 + 6 * n, 1773194400 + 6 * n,
    'ACCEPT', 4
FROM generate_series(0, 299) AS t(n)
CROSS JOIN generate_series(0, 4) AS s(k)
