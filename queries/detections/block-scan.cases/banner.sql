-- id: banner
-- title: A scanner reads the banner of six FTP servers, and tries fifteen high ports of each
-- expect: low 203.0.113.9 > -
SELECT 'eni-' || (n % 6) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (n % 6) AS dstaddr,
    30000 + n AS srcport, 21 AS dstport, 6 AS protocol, 6 AS packets, 320 AS bytes, 1773194400 + 20 * n AS start,
    1773194410 + 20 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 6) AS t(n)
UNION ALL
SELECT 'eni-' || (n % 6), '10.0.0.' || (n % 6), '203.0.113.9', 21, 30000 + n, 6, 5, 420, 1773194400 + 20 * n,
    1773194410 + 20 * n, 'ACCEPT', 19
FROM generate_series(1, 6) AS t(n)
UNION ALL
SELECT 'eni-' || (n % 6), '203.0.113.9', '10.0.0.' || (n % 6), 31000 + n, 8000 + n, 6, 1, 60, 1773194605 + 20 * n,
    1773194606 + 20 * n, 'REJECT', 2
FROM generate_series(1, 90) AS t(n)
