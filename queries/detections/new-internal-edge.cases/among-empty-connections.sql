-- id: among-empty-connections
-- title: A shell among a hundred connections that carry nothing
-- judged: last
-- expect: medium 10.0.1.5 > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '10.0.1.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 20 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', 5432, 40000 + n, 6, 20, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.1.5', '10.0.0.1', 50000, 22, 6, 90, 9000, 1774058400, 1774058460, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', 22, 50000, 6, 90, 30000, 1774058400, 1774058460, 'ACCEPT', 19
UNION ALL
SELECT 'eni-1', '10.0.1.5', '10.0.0.1', 50000 + n, 22, 6, 3, 160, 1774058400, 1774058401, 'ACCEPT', 3
FROM generate_series(1, 100) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', 22, 50000 + n, 6, 2, 112, 1774058400, 1774058401, 'ACCEPT', 19
FROM generate_series(1, 100) AS t(n)
