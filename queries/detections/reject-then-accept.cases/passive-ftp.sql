-- id: passive-ftp
-- title: An FTP client is rejected at the data ports that the server names, and reads the web page beside
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 21 AS dstport,
    6 AS protocol, 15 AS packets, 900 AS bytes, 1773194400 + 60 * n AS start, 1773194420 + 60 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 21, 40000 + n, 6, 15, 1200, 1773194400 + 60 * n, 1773194420 + 60 * n,
    'ACCEPT', 19
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 45000 + n, 50000 + n, 6, 1, 60, 1773194410 + 60 * n, 1773194411 + 60 * n,
    'REJECT', 2
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000, 80, 6, 9, 900, 1773198600, 1773198610, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 80, 41000, 6, 9, 40000, 1773198600, 1773198610, 'ACCEPT', 19
