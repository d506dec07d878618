-- id: clients-of-ours
-- title: In the default format: clients of a server on port 9443 come from ports below it
-- judged: last
-- expect: nothing
SELECT 'eni-5' AS interface_id, '198.51.100.' || n AS srcaddr, '10.0.0.5' AS dstaddr, 40000 + n AS srcport,
    9443 AS dstport, 6 AS protocol, 12 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 14400 * n AS start,
    1773187205 + 86400 * day + 14400 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '198.51.100.' || n, 9443, 40000 + n, 6, 10, 9000, 1773187200 + 86400 * day + 14400 * n,
    1773187205 + 86400 * day + 14400 * n, 'ACCEPT'
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.' || n, '10.0.0.5', 2000 + n, 9443, 6, 90, 30000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT'
FROM generate_series(0, 0) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.' || n, 9443, 2000 + n, 6, 100, 900000, 1774951200 + 300 * n,
    1774951205 + 300 * n, 'ACCEPT'
FROM generate_series(0, 0) AS t(n)
