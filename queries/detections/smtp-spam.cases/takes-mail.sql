-- id: takes-mail
-- title: A mail server that takes mail at one address of its interface and sends from another
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.' || n AS dstaddr, 40000 + n AS srcport,
    25 AS dstport, 6 AS protocol, 14 AS packets, 12000 AS bytes, 1773194400 + 20 * n AS start,
    1773194400 + 20 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 120) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 25, 40000 + n, 6, 10, 700, 1773194400 + 20 * n,
    1773194400 + 20 * n + 5, 'ACCEPT', 19
FROM generate_series(1, 120) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.1.' || n, '10.0.0.2', 50000, 587, 6, 30, 20000, 1773194400 + n, 1773194400 + n + 1, 'ACCEPT',
    3
FROM generate_series(1, 3) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.2', '10.0.1.' || n, 587, 50000, 6, 20, 900, 1773194400 + n, 1773194400 + n + 1, 'ACCEPT', 19
FROM generate_series(1, 3) AS t(n)
