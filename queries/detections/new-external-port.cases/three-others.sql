-- id: three-others
-- title: Three other hosts of ours used the port in earnest before
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
SELECT 'eni-' || n, '10.0.0.' || n, '198.51.100.7', 41000 + n, 5671, 6, 12, 3000, 1773626400, 1773626405, 'ACCEPT', 3
FROM generate_series(1, 3) AS t(n)
UNION ALL
SELECT 'eni-' || n, '198.51.100.7', '10.0.0.' || n, 5671, 41000 + n, 6, 20, 18000, 1773626400, 1773626405, 'ACCEPT', 19
FROM generate_series(1, 3) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 50000 + n, 5671, 6, 40, 4000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 3
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 5671, 50000 + n, 6, 30, 2000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 19
FROM generate_series(0, 23) AS t(n)
