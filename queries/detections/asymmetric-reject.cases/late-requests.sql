-- id: late-requests
-- title: A last packet of the client comes two minutes late and is rejected
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773194400 + 20 * n AS start,
    1773194400 + 20 * n + 3 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 44) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 40000 + n, 6, 8, 4000, 1773194400 + 20 * n, 1773194400 + 20 * n + 3,
    'ACCEPT', 19
FROM generate_series(0, 44) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 443, 6, 1, 52, 1773194400 + 20 * n + 120,
    1773194400 + 20 * n + 120, 'REJECT', 1
FROM generate_series(0, 44) AS t(n)
