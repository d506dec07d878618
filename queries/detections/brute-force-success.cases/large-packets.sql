-- id: large-packets
-- title: A connection of thirty times as many bytes in only three times as many packets is a transfer that failed
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 15 AS packets, 2000 AS bytes, 1773194400 + 20 * n AS start, 1773194403 + 20 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 13, 2700, 1773194400 + 20 * n, 1773194403 + 20 * n,
    'ACCEPT', 19
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 22, 6, 45, 60000, 1773196200, 1773196240, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 39999, 6, 30, 3000, 1773196200, 1773196240, 'ACCEPT', 19
