-- id: passive-ftp
-- title: A client is let in to the control port of six FTP servers, and rejected at the sixty data ports they name
-- expect: nothing
SELECT 'eni-' || (n % 6) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (n % 6) AS dstaddr,
    30000 + n AS srcport, 21 AS dstport, 6 AS protocol, 12 AS packets, 700 AS bytes, 1773194400 + 20 * n AS start,
    1773194410 + 20 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-' || (n % 6), '10.0.0.' || (n % 6), '203.0.113.9', 21, 30000 + n, 6, 12, 900, 1773194400 + 20 * n,
    1773194410 + 20 * n, 'ACCEPT', 19
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-' || (n % 6), '203.0.113.9', '10.0.0.' || (n % 6), 31000 + n, 50000 + n, 6, 1, 60, 1773194405 + 20 * n,
    1773194406 + 20 * n, 'REJECT', 2
FROM generate_series(1, 60) AS t(n)
