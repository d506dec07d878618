-- id: active-ftp
-- title: An FTP server opens data connections to seventy ports of seven clients, whose firewalls reject them
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.' || (n % 7) AS srcaddr, '10.0.0.5' AS dstaddr, 30000 + n AS srcport,
    21 AS dstport, 6 AS protocol, 12 AS packets, 700 AS bytes, 1773194400 + 20 * n AS start,
    1773194410 + 20 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 70) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.' || (n % 7), 21, 30000 + n, 6, 12, 900, 1773194400 + 20 * n,
    1773194410 + 20 * n, 'ACCEPT', 19
FROM generate_series(1, 70) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.' || (n % 7), 20, 50000 + n, 6, 3, 180, 1773194405 + 20 * n,
    1773194409 + 20 * n, 'ACCEPT', 2
FROM generate_series(1, 70) AS t(n)
