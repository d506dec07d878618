-- id: takes-mail
-- title: A server that takes mail every day sends its first to the outside
-- judged: last
-- expect: info 10.0.0.5 > 203.0.113.25:25
-- says: it never sent mail to the internet, but took some
SELECT 'eni-5' AS interface_id, '198.51.100.' || n AS srcaddr, '10.0.0.5' AS dstaddr, 40000 + n AS srcport,
    25 AS dstport, 6 AS protocol, 14 AS packets, 12000 AS bytes, 1773187200 + 86400 * day + 14400 * n AS start,
    1773187205 + 86400 * day + 14400 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '198.51.100.' || n, 25, 40000 + n, 6, 10, 700, 1773187200 + 86400 * day + 14400 * n,
    1773187205 + 86400 * day + 14400 * n, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.25', 50000 + n, 25, 6, 14, 12000, 1774951200 + 60 * n, 1774951205 + 60 * n,
    'ACCEPT', 3
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.25', '10.0.0.5', 25, 50000 + n, 6, 10, 700, 1774951200 + 60 * n, 1774951205 + 60 * n,
    'ACCEPT', 19
FROM generate_series(0, 5) AS t(n)
