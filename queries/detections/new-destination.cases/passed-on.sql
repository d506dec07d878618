-- id: passed-on
-- title: The address of a host that was there is that of a new interface since ten o'clock
-- judged: last
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.20' AS dstaddr, 40000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 12 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 14400 * n AS start,
    1773187205 + 86400 * day + 14400 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
WHERE day < 20 OR n < 2
UNION ALL
SELECT 'eni-5', '192.0.2.20', '10.0.0.5', 443, 40000 + n, 6, 10, 9000, 1773187200 + 86400 * day + 14400 * n,
    1773187205 + 86400 * day + 14400 * n, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
WHERE day < 20 OR n < 2
UNION ALL
SELECT 'eni-6', '10.0.0.5', '203.0.113.9', 50000, 443, 6, 40000, 50000000, 1774951200, 1774951490, 'ACCEPT', 3
UNION ALL
SELECT 'eni-6', '203.0.113.9', '10.0.0.5', 443, 50000, 6, 20000, 900000, 1774951200, 1774951490, 'ACCEPT', 19
UNION ALL
SELECT 'eni-6', '10.0.0.5', '192.0.2.20', 44000 + n, 443, 6, 12, 3000, 1774951200 + 3600 * n, 1774951205 + 3600 * n,
    'ACCEPT', 3
FROM generate_series(0, 5) AS t(n)
