-- id: polling
-- title: A program asks a public service on port 4444 every minute, each time on a new connection
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 + n AS srcport,
    4444 AS dstport, 6 AS protocol, 8 AS packets, 1200 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 239) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 4444, 40000 + n, 6, 8, 3000, 1773194400 + 60 * n,
    1773194400 + 60 * n + 2, 'ACCEPT', 19
FROM generate_series(0, 239) AS t(n)
