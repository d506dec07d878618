-- id: rollout
-- title: Six hosts begin to send mail on one day: one finding
-- judged: last
-- expect: low - > 203.0.113.25:587
-- says: 6 hosts of ours opened 12 connections to port 587 of 203.0.113.25 and sent 144.0 kB; in up to 20 days of
--   history none of them sent mail to the internet
SELECT 'eni-' || host AS interface_id, '10.0.0.' || host AS srcaddr, '192.0.2.20' AS dstaddr, 40000 + host AS srcport,
    443 AS dstport, 6 AS protocol, 12 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 60 * host AS start,
    1773187205 + 86400 * day + 60 * host AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(1, 6) AS hosts(host)
UNION ALL
SELECT 'eni-' || host, '192.0.2.20', '10.0.0.' || host, 443, 40000 + host, 6, 10, 9000,
    1773187200 + 86400 * day + 60 * host, 1773187205 + 86400 * day + 60 * host, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(1, 6) AS hosts(host)
UNION ALL
SELECT 'eni-' || host, '10.0.0.' || host, '203.0.113.25', 50000 + n, 587, 6, 14, 12000, 1774951200 + 60 * n,
    1774951205 + 60 * n, 'ACCEPT', 3
FROM generate_series(0, 1) AS t(n)
CROSS JOIN generate_series(1, 6) AS hosts(host)
UNION ALL
SELECT 'eni-' || host, '203.0.113.25', '10.0.0.' || host, 587, 50000 + n, 6, 10, 700, 1774951200 + 60 * n,
    1774951205 + 60 * n, 'ACCEPT', 19
FROM generate_series(0, 1) AS t(n)
CROSS JOIN generate_series(1, 6) AS hosts(host)
