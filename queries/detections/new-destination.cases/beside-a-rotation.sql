-- id: beside-a-rotation
-- title: A host whose API rotates sends to a system that nobody had, 30 kB to each of five addresses
-- judged: last
-- expect: medium 10.0.0.5 > -:443
-- says: sent 150.0 kB to 5 addresses; AS64496 (Example Hosting B.V.) is new; no host of ours ever turned to NL
-- geo: places.mmdb
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.' || (5 * day + n) AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 40 AS packets, 40000 AS bytes, 1773187200 + 86400 * day + 14400 * n AS start,
    1773187205 + 86400 * day + 14400 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '192.0.2.' || (5 * day + n), '10.0.0.5', 443, 40000 + n, 6, 10, 9000,
    1773187200 + 86400 * day + 14400 * n, 1773187205 + 86400 * day + 14400 * n, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.' || n, 50000 + n, 443, 6, 60, 30000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 3
FROM generate_series(1, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.' || n, '10.0.0.5', 443, 50000 + n, 6, 30, 2000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 19
FROM generate_series(1, 5) AS t(n)
