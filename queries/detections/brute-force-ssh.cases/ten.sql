-- id: ten
-- title: Ten passwords in seven minutes, before the full hour and after it
-- expect: medium 203.0.113.9 > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 3 AS packets, 1900 AS bytes, 1773194400 + 45 * n AS start, 1773194404 + 45 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(-4, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 12, 2400, 1773194400 + 45 * n, 1773194404 + 45 * n,
    'ACCEPT', 19
FROM generate_series(-4, 5) AS t(n)
