-- id: nine-guesses
-- title: Nine mistyped passwords in ten minutes, just under the threshold, and then the right one
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 15 AS packets, 2400 AS bytes, 1773194400 + 60 * n AS start, 1773194403 + 60 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 13, 2700, 1773194400 + 60 * n, 1773194403 + 60 * n,
    'ACCEPT', 19
FROM generate_series(1, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 22, 6, 900, 90000, 1773195600, 1773196200, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 39999, 6, 800, 160000, 1773195600, 1773196200, 'ACCEPT', 19
