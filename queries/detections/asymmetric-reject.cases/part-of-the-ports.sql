-- id: part-of-the-ports
-- title: Most clients are served; those with ports above 61000 are not
-- expect: low 203.0.113.9 > 10.0.0.1:443
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773194400 + n AS start, 1773194400 + n + 3 AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 40000 + n, 6, 8, 4000, 1773194400 + n, 1773194400 + n + 3, 'ACCEPT',
    19
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 61000 + n, 443, 6, 3, 180, 1773194400 + 10 * n, 1773194400 + 10 * n + 7,
    'ACCEPT', 2
FROM generate_series(0, 11) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 61000 + n, 6, 3, 180, 1773194400 + 10 * n, 1773194400 + 10 * n + 7,
    'REJECT', 18
FROM generate_series(0, 11) AS t(n)
