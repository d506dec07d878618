-- id: database
-- title: An application asks a database that it never asked
-- expect: low 10.0.1.5 > 10.0.0.1:5432
-- says: used port 5432 (postgresql) of 10.0.0.1; on those days it used that port of no host
-- judged: last
SELECT 'eni-1' AS interface_id, '10.0.1.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 8080 AS dstport,
    6 AS protocol, 12 AS packets, 1900 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', 8080, 40000 + n, 6, 14, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.1.5', '10.0.0.1', 50000 + n, 5432, 6, 90, 9000, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT', 3
FROM generate_series(1, 1) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', 5432, 50000 + n, 6, 90, 30000, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT', 19
FROM generate_series(1, 1) AS t(n)
