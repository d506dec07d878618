-- id: touched-by-others
-- title: Single touches of the port by three other hosts do not hide two hours of it
-- judged: last
-- expect: medium 10.0.0.5 > 203.0.113.9:4444
-- says: nor did another host of ours
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
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 50000 + n, 4444, 6, 40, 4000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 3
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 4444, 50000 + n, 6, 30, 2000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 19
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-6', '10.0.0.6', '203.0.113.9', 45000, 4444, 6, 3, 120, 1774878800, 1774878805,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-6', '203.0.113.9', '10.0.0.6', 4444, 45000, 6, 2, 100, 1774878800, 1774878805,
    'ACCEPT', 19
UNION ALL
SELECT 'eni-7', '10.0.0.7', '203.0.113.9', 45000, 4444, 6, 3, 120, 1774878800, 1774878805,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-7', '203.0.113.9', '10.0.0.7', 4444, 45000, 6, 2, 100, 1774878800, 1774878805,
    'ACCEPT', 19
UNION ALL
SELECT 'eni-8', '10.0.0.8', '203.0.113.9', 45000, 4444, 6, 3, 120, 1774878800, 1774878805,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-8', '203.0.113.9', '10.0.0.8', 4444, 45000, 6, 2, 100, 1774878800, 1774878805,
    'ACCEPT', 19
