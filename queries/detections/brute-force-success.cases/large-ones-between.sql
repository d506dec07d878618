-- id: large-ones-between
-- title: Guesses each four seconds and a connection of three hundred packets every ten minutes, and then a session
-- expect: high 203.0.113.9 > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 4 AS packets, 2200 + 37 * (n % 8) AS bytes, 1773194400 + 4 * n AS start,
    1773194403 + 4 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 899) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 10000 + n, 6, 15, 3300, 1773194400 + 4 * n, 1773194403 + 4 * n, 'ACCEPT',
    19
FROM generate_series(0, 899) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 9000 + n, 22, 6, 300, 39000, 1773194404 + 600 * n, 1773194450 + 600 * n,
    'ACCEPT', 3
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 9000 + n, 6, 40, 8000, 1773194404 + 600 * n, 1773194450 + 600 * n,
    'ACCEPT', 19
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 50000, 22, 6, 90, 6000, 1773198000 + 60 * n, 1773198055 + 60 * n, 'ACCEPT',
    CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 24) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 50000, 6, 120, 90000, 1773198000 + 60 * n, 1773198055 + 60 * n, 'ACCEPT',
    CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 24) AS t(n)
