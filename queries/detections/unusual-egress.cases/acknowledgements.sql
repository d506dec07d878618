-- id: acknowledgements
-- title: A server downloads much and sends 400 MB of acknowledgements of 64 bytes
-- expect: nothing
SELECT 'eni-5' AS interface_id, '192.0.2.20' AS srcaddr, '10.0.0.5' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 6000 AS bytes, 1773187200 + 600 * n AS start, 1773187205 + 600 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '192.0.2.20', 443, 30000 + n, 6, 800, 900000, 1773187200 + 600 * n, 1773187205 + 600 * n,
    'ACCEPT', 19
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '192.0.2.30', 31000 + n, 443, 6, 12, 960, 1773187200 + 600 * n, 1773187205 + 600 * n,
    'ACCEPT', 3
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 40000, 443, 6, 156250, 10000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 39) AS t(n)
