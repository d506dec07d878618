-- id: six-touches
-- title: Touches of six odd ports on the day before do not make a host without usual ports
-- judged: last
-- expect: medium 10.0.0.5 > 203.0.113.9:4444
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
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 45000, 7100, 6, 3, 120, 1774878800, 1774878805,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 7100, 45000, 6, 2, 100, 1774878800, 1774878805,
    'ACCEPT', 19
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 45001, 7101, 6, 3, 120, 1774878860, 1774878865,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 7101, 45001, 6, 2, 100, 1774878860, 1774878865,
    'ACCEPT', 19
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 45002, 7102, 6, 3, 120, 1774878920, 1774878925,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 7102, 45002, 6, 2, 100, 1774878920, 1774878925,
    'ACCEPT', 19
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 45003, 7103, 6, 3, 120, 1774878980, 1774878985,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 7103, 45003, 6, 2, 100, 1774878980, 1774878985,
    'ACCEPT', 19
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 45004, 7104, 6, 3, 120, 1774879040, 1774879045,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 7104, 45004, 6, 2, 100, 1774879040, 1774879045,
    'ACCEPT', 19
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 45005, 7105, 6, 3, 120, 1774879100, 1774879105,
    'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 7105, 45005, 6, 2, 100, 1774879100, 1774879105,
    'ACCEPT', 19
