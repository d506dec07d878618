-- id: many-sources
-- title: A hundred hosts outside try three passwords each within an hour, and somebody works there meanwhile
-- expect: medium - > 10.0.0.1:22
-- says: 100 sources outside opened 300 SSH connections to 10.0.0.1 that are nearly all alike
SELECT 'eni-1' AS interface_id, '203.0.113.' || (n % 100) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    22 AS dstport, 6 AS protocol, 14 + n % 4 AS packets, 2200 + 37 * (n % 8) AS bytes, 1773194400 + 12 * n AS start,
    1773194403 + 12 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (n % 100), 22, 40000 + n, 6, 15, 3300, 1773194400 + 12 * n,
    1773194403 + 12 * n, 'ACCEPT', 19
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.7', '10.0.0.1', 50000, 22, 6, 900, 80000, 1773194500, 1773194555, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 22, 50000, 6, 900, 900000, 1773194500, 1773194555, 'ACCEPT', 19
