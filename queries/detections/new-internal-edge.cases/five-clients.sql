-- id: five-clients
-- title: Each of five hosts that begin to ask a database has a finding
-- expect: low 10.0.0.1 > 10.0.2.1:5432; low 10.0.0.2 > 10.0.2.1:5432; low 10.0.0.3 > 10.0.2.1:5432; low 10.0.0.4 >
--   10.0.2.1:5432; low 10.0.0.5 > 10.0.2.1:5432
-- judged: last
SELECT 'eni-1' AS interface_id, '10.0.3.3' AS srcaddr, '10.0.0.' || server AS dstaddr, 40000 + n AS srcport,
    9100 AS dstport, 6 AS protocol, 12 AS packets, 1900 AS bytes,
    1773187200 + 86400 * day + 7200 * n + server AS start, 1773187205 + 86400 * day + 7200 * n + server AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 2) AS t(n)
CROSS JOIN generate_series(1, 8) AS s(server)
UNION ALL
SELECT 'eni-1', '10.0.0.' || server, '10.0.3.3', 9100, 40000 + n, 6, 14, 9000,
    1773187200 + 86400 * day + 7200 * n + server, 1773187205 + 86400 * day + 7200 * n + server, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 2) AS t(n)
CROSS JOIN generate_series(1, 8) AS s(server)
UNION ALL
SELECT 'eni-1', '10.0.3.3', '10.0.2.1', 40000 + n, 5432, 6, 12, 1900, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 3
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.2.1', '10.0.3.3', 5432, 40000 + n, 6, 14, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.' || server, '10.0.2.1', 45000 + server, 5432, 6, 90, 9000, 1773187200 + 900000 + server,
    1773187205 + 900000 + server, 'ACCEPT', 3
FROM generate_series(1, 5) AS s(server)
UNION ALL
SELECT 'eni-1', '10.0.2.1', '10.0.0.' || server, 5432, 45000 + server, 6, 90, 30000, 1773187200 + 900000 + server,
    1773187205 + 900000 + server, 'ACCEPT', 19
FROM generate_series(1, 5) AS s(server)
