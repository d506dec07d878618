-- id: five-ports-before
-- title: A host that had five such ports last week opens another
-- expect: medium - > 10.0.0.1:20001
-- judged: last
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '198.51.100.80' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 12 AS packets, 1900 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.80', '10.0.0.1', 443, 40000 + n, 6, 14, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 51000 + n, 21000 + i, 6, 20, 3000, 1773187200 + 640800 + 60 * n,
    1773187205 + 640800 + 60 * n, 'ACCEPT', 3
FROM generate_series(1, 3) AS t(n)
CROSS JOIN generate_series(1, 5) AS p(i)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 21000 + i, 51000 + n, 6, 40, 6000, 1773187200 + 640800 + 60 * n,
    1773187205 + 640800 + 60 * n, 'ACCEPT', 19
FROM generate_series(1, 3) AS t(n)
CROSS JOIN generate_series(1, 5) AS p(i)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 51000 + n, 20000 + i, 6, 20, 3000, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT', 3
FROM generate_series(1, 3) AS t(n)
CROSS JOIN generate_series(1, 1) AS p(i)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 20000 + i, 51000 + n, 6, 40, 6000, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT', 19
FROM generate_series(1, 3) AS t(n)
CROSS JOIN generate_series(1, 1) AS p(i)
