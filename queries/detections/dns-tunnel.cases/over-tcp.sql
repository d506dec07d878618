-- id: over-tcp
-- title: A tunnel over TCP: one connection that carries 360 kB a minute
-- expect: medium 10.0.0.5 > 203.0.113.53:53
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 41000 AS srcport, 53 AS dstport,
    6 AS protocol, 400 AS packets, 360000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 14) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 53, 41000, 6, 200, 12000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 14) AS t(n)
