-- id: mail-of-yesterday
-- title: Mail of the day before was told of then
-- judged: last
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.20' AS dstaddr, 40000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 12 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 14400 * n AS start,
    1773187205 + 86400 * day + 14400 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '192.0.2.20', '10.0.0.5', 443, 40000 + n, 6, 10, 9000, 1773187200 + 86400 * day + 14400 * n,
    1773187205 + 86400 * day + 14400 * n, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.25', 50000 + n, 587, 6, 14, 12000, 1774951200 + 60 * n, 1774951205 + 60 * n,
    'ACCEPT', 3
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.25', '10.0.0.5', 587, 50000 + n, 6, 10, 700, 1774951200 + 60 * n, 1774951205 + 60 * n,
    'ACCEPT', 19
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.25', 45000, 587, 6, 12, 9000, 1774878800, 1774878805,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.25', '10.0.0.5', 587, 45000, 6, 10, 700, 1774878800, 1774878805,
    'ACCEPT', 19
