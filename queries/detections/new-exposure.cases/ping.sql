-- id: ping
-- title: Strangers ping a host, and set a clock by their own port
-- expect: nothing
-- judged: last
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '198.51.100.80' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 12 AS packets, 1900 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.80', '10.0.0.1', 443, 40000 + n, 6, 14, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT'
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 0, 0, 1, 5, 420, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT'
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 0, 0, 1, 5, 420, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT'
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 123, 123, 17, 5, 420, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT'
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 123, 123, 17, 5, 420, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT'
FROM generate_series(1, 40) AS t(n)
