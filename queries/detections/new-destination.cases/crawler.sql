-- id: crawler
-- title: A crawler visits forty new servers each day, and stays with one of them for two hours
-- judged: last
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.18.' || day || '.' || n AS dstaddr, 30000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 30 AS packets, 20000 AS bytes, 1773187200 + 86400 * day + 30 * n AS start,
    1773187205 + 86400 * day + 30 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-5', '198.18.' || day || '.' || n, '10.0.0.5', 443, 30000 + n, 6, 60, 90000,
    1773187200 + 86400 * day + 30 * n, 1773187205 + 86400 * day + 30 * n, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 50000 + n, 443, 6, 40, 4000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 3
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 50000 + n, 6, 30, 2000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 19
FROM generate_series(0, 23) AS t(n)
