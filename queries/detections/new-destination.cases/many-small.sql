-- id: many-small
-- title: 1.05 MB go out in pieces, to eleven new destinations
-- judged: last
-- expect: low 10.0.0.5 > -:443
-- says: 10.0.0.5 sent 1.0 MB to 11 addresses, port 443 (https), in 11 connections and 11 spans of five minutes
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
SELECT 'eni-5', '10.0.0.5', '203.0.113.' || n, 50000 + n, 443, 6, 100, 95000, 1774915200 + 300 * n, 1774915205 + 300 * n, 'ACCEPT', 3
FROM generate_series(1, 11) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.' || n, '10.0.0.5', 443, 50000 + n, 6, 80, 9000, 1774915200 + 300 * n, 1774915205 + 300 * n, 'ACCEPT', 19
FROM generate_series(1, 11) AS t(n)
