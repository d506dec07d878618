-- id: login-before
-- title: A long anonymous login by FTP, and an hour later sixty high ports within a minute
-- expect: low 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 21 AS dstport,
    6 AS protocol, 40 AS packets, 2400 AS bytes, 1773190800 + 60 * n AS start, 1773190855 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 21, 40000, 6, 35, 3100, 1773190800 + 60 * n, 1773190855 + 60 * n, 'ACCEPT',
    CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000 + n, 20000 + 131 * n, 6, 1, 44, 1773194400 + n, 1773194400 + n,
    'REJECT', 2
FROM generate_series(1, 60) AS t(n)
