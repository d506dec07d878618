-- id: blocked-ftp-data
-- title: A client of an FTP server tries thirty transfers, passive and then active, and a firewall rejects all of them
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 21 AS dstport,
    6 AS protocol, 90 AS packets, 5400 AS bytes, 1773194400 AS start, 1773194455 AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 21, 40000, 6, 70, 6100, 1773194400, 1773194455, 'ACCEPT', 18
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 20000 + 131 * n, 6, 1, 60, 1773194402 + 3 * n,
    1773194402 + 3 * n, 'REJECT', 2
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 20, 41000 + n, 6, 3, 180, 1773194520 + 3 * n, 1773194522 + 3 * n, 'ACCEPT', 2
FROM generate_series(1, 30) AS t(n)
