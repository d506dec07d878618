-- id: five-destinations
-- title: Five new destinations of a host are a finding each
-- judged: last
-- expect: low 10.0.0.5 > 203.0.113.1:443; low 10.0.0.5 > 203.0.113.2:443; low 10.0.0.5 > 203.0.113.3:443; low 10.0.0.5
--   > 203.0.113.4:443; low 10.0.0.5 > 203.0.113.5:443
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
SELECT 'eni-5', '10.0.0.5', '203.0.113.' || n, 30000 + n, 443, 6, 250, 200000, 1774951200 + 30 * n, 1774951205 + 30 * n,
    'ACCEPT', 3
FROM generate_series(1, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.' || n, '10.0.0.5', 443, 30000 + n, 6, 60, 90000, 1774951200 + 30 * n, 1774951205 + 30 * n,
    'ACCEPT', 19
FROM generate_series(1, 5) AS t(n)
