-- id: upload
-- title: A client uploads two million packets, and one ACK stands for forty
-- expect: nothing
SELECT 'eni-1' AS interface_id, '198.51.100.7' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187200 + 300 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 443, 50000 + n, 6, 8, 4000, 1773187200 + 300 * n,
    1773187200 + 300 * n + 2, 'ACCEPT', 19
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 50000, 443, 6, 400000, 400000 * 1448, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 4) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 50000, 6, 10000, 10000 * 52, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 4) AS t(n)
