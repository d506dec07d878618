-- id: approved
-- title: Resolvers that are approved, by address and by network, in all three ways
-- expect: nothing
-- params: approved=8.8.8.8,203.0.113.0/24,1.1.1.0/24
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '8.8.8.8' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1 AS packets, 70 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.53', 41000 + n, 853, 6, 12, 1900, 1773194400 + 60 * n, 1773194402 + 60 * n,
    'ACCEPT', 3
FROM generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '1.1.1.1', 42000 + n, 443, 6, 12, 1900, 1773194400 + 60 * n, 1773194402 + 60 * n,
    'ACCEPT', 3
FROM generate_series(0, 39) AS t(n)
