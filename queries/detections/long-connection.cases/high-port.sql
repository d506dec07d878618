-- id: high-port
-- title: A tunnel of thirteen hours to a port above the client's own
-- expect: high 10.0.0.5 > 203.0.113.9:61000
-- says: 10.0.0.5 kept a connection to port 61000 of 203.0.113.9 open for 13.0 hours
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 45000 AS srcport, 61000 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773187200 + 60 * n AS start, 1773187258 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 779) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 61000, 45000, 6, 5, 900, 1773187200 + 60 * n, 1773187258 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 779) AS t(n)
