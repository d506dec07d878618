-- id: download
-- title: A client downloads from our site and sends one ACK for thirty packets
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.99' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport, 443 AS dstport,
    6 AS protocol, 10000 AS packets, 10000 * 52 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.99', 443, 50000, 6, 300000, 300000 * 1448, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 9) AS t(n)
