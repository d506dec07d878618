-- id: forged-answers-before
-- title: Answers that strangers forge on the days before do not hide an upload
-- judged: last
-- expect: medium 10.0.0.5 > 203.0.113.9:443
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
SELECT 'eni-5', '198.18.' || day || '.' || n, '10.0.0.5', 443, 40000 + n, 6, 1, 44, 1773187200 + 86400 * day + 3600 * n,
    1773187200 + 86400 * day + 3600 * n, 'ACCEPT', 18
FROM generate_series(1, 19) AS d(day)
CROSS JOIN generate_series(1, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '198.18.' || day || '.' || n, 40000 + n, 443, 6, 1, 40, 1773187200 + 86400 * day + 3600 * n,
    1773187200 + 86400 * day + 3600 * n, 'ACCEPT', 4
FROM generate_series(1, 19) AS d(day)
CROSS JOIN generate_series(1, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 50000, 443, 6, 40000, 50000000, 1774951200, 1774951490, 'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 50000, 6, 20000, 900000, 1774951200, 1774951490, 'ACCEPT', 19
