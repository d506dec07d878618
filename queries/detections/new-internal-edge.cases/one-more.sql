-- id: one-more
-- title: Who opens shells on ten hosts every day opens one more
-- expect: low 10.0.1.5 > 10.0.0.1:22
-- says: on those days it used that port of 10 other hosts
-- judged: last
SELECT 'eni-1' AS interface_id, '10.0.1.5' AS srcaddr, '10.0.3.4' AS dstaddr, 40000 + n AS srcport, 8080 AS dstport,
    6 AS protocol, 12 AS packets, 1900 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.3.4', '10.0.1.5', 8080, 40000 + n, 6, 14, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.3.3', '10.0.0.' || server, 40000 + n, 9100, 6, 12, 1900,
    1773187200 + 86400 * day + 7200 * n + server, 1773187205 + 86400 * day + 7200 * n + server, 'ACCEPT', 3
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 2) AS t(n)
CROSS JOIN generate_series(1, 11) AS s(server)
UNION ALL
SELECT 'eni-1', '10.0.0.' || server, '10.0.3.3', 9100, 40000 + n, 6, 14, 9000,
    1773187200 + 86400 * day + 7200 * n + server, 1773187205 + 86400 * day + 7200 * n + server, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 2) AS t(n)
CROSS JOIN generate_series(1, 11) AS s(server)
UNION ALL
SELECT 'eni-1', '10.0.1.5', '10.0.0.' || server, 45000 + server, 22, 6, 90, 9000,
    1773187200 + 86400 * day + 50000 + server, 1773187205 + 86400 * day + 50000 + server, 'ACCEPT', 3
FROM generate_series(0, 9) AS d(day)
CROSS JOIN generate_series(2, 11) AS s(server)
UNION ALL
SELECT 'eni-1', '10.0.0.' || server, '10.0.1.5', 22, 45000 + server, 6, 90, 30000,
    1773187200 + 86400 * day + 50000 + server, 1773187205 + 86400 * day + 50000 + server, 'ACCEPT', 19
FROM generate_series(0, 9) AS d(day)
CROSS JOIN generate_series(2, 11) AS s(server)
UNION ALL
SELECT 'eni-1', '10.0.1.5', '10.0.0.' || server, 50000 + server, 22, 6, 90, 9000, 1773187200 + 900000 + server,
    1773187205 + 900000 + server, 'ACCEPT', 3
FROM generate_series(1, 1) AS s(server)
UNION ALL
SELECT 'eni-1', '10.0.0.' || server, '10.0.1.5', 22, 50000 + server, 6, 90, 30000, 1773187200 + 900000 + server,
    1773187205 + 900000 + server, 'ACCEPT', 19
FROM generate_series(1, 1) AS s(server)
