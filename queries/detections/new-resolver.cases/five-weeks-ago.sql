-- id: five-weeks-ago
-- title: A host asked the resolver on one day, five weeks ago
-- expect: nothing
-- judged: last
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 12 AS packets, 1900 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 35) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.53', '10.0.0.5', 53, 40000 + n, 17, 14, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT'
FROM generate_series(0, 35) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.53', 50000 + n, 53, 17, 1, 70, 1773187200 + 36000 + 60 * n,
    1773187201 + 36000 + 60 * n, 'ACCEPT'
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 53, 50000 + n, 17, 1, 200, 1773187200 + 36000 + 60 * n,
    1773187201 + 36000 + 60 * n, 'ACCEPT'
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.53', 50000 + n, 53, 17, 1, 70, 1773187200 + 3060000 + 60 * n,
    1773187201 + 3060000 + 60 * n, 'ACCEPT'
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 53, 50000 + n, 17, 1, 200, 1773187200 + 3060000 + 60 * n,
    1773187201 + 3060000 + 60 * n, 'ACCEPT'
FROM generate_series(1, 40) AS t(n)
