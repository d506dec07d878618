-- id: twenty
-- title: Twenty hosts outside try six passwords each within an hour, beside one that is told of by itself
-- expect: medium - > 10.0.0.1:22
-- says: 20 sources outside opened 120 SSH connections
SELECT 'eni-1' AS interface_id, '203.0.113.' || (n % 20) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    22 AS dstport, 6 AS protocol, 14 + n % 4 AS packets, 2200 + 37 * (n % 8) AS bytes, 1773194400 + 28 * n AS start,
    1773194403 + 28 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (n % 20), 22, 40000 + n, 6, 15, 3300, 1773194400 + 28 * n,
    1773194403 + 28 * n, 'ACCEPT', 19
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.7', '10.0.0.1', 30000 + n, 22, 6, 14, 2200, 1773194400 + n, 1773194402 + n, 'ACCEPT', 3
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 22, 30000 + n, 6, 15, 3300, 1773194400 + n, 1773194402 + n, 'ACCEPT', 19
FROM generate_series(0, 99) AS t(n)
