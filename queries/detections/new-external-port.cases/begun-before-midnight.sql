-- id: begun-before-midnight
-- title: A shell that called back two minutes before the day, and goes on
-- judged: last
-- expect: medium 10.0.0.5 > 203.0.113.9:4444
-- says: 10.0.0.5 went on with connections that began before to port 4444
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
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 50000, 4444, 6, 8, 900, 1774915080, 1774915140, 'ACCEPT', 2
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 4444, 50000, 6, 8, 400, 1774915080, 1774915140, 'ACCEPT', 18
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 50000, 4444, 6, 40, 4000, 1774915200 + 300 * n,
    1774915495 + 300 * n, 'ACCEPT', 0
FROM generate_series(0, 11) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 4444, 50000, 6, 30, 2000, 1774915200 + 300 * n,
    1774915495 + 300 * n, 'ACCEPT', 0
FROM generate_series(0, 11) AS t(n)
