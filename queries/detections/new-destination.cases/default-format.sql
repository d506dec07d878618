-- id: default-format
-- title: In the default format: a server sends 200 kB to a new destination
-- judged: last
-- expect: low 10.0.0.5 > 203.0.113.9:443
-- says: sent 200.0 kB to 203.0.113.9
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.20' AS dstaddr, 40000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 12 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 14400 * n AS start,
    1773187205 + 86400 * day + 14400 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '192.0.2.20', '10.0.0.5', 443, 40000 + n, 6, 10, 9000, 1773187200 + 86400 * day + 14400 * n,
    1773187205 + 86400 * day + 14400 * n, 'ACCEPT'
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 50000 + n, 443, 6, 90, 100000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT'
FROM generate_series(0, 1) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 50000 + n, 6, 30, 2000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT'
FROM generate_series(0, 1) AS t(n)
