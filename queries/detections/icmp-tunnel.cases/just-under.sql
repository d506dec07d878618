-- id: just-under
-- title: Large packets in two spans of an hour only, and 128 bytes on average to another
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 20 AS packets, 20000 AS bytes, 1773194400 + 900 * n AS start, 1773194450 + 900 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 1) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 0, 0, 1, 20, 20000, 1773194400 + 900 * n, 1773194450 + 900 * n, 'ACCEPT', 0
FROM generate_series(0, 1) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.10', 0, 0, 1, 60, 7680, 1773194400 + 60 * n, 1773194450 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.10', '10.0.0.5', 0, 0, 1, 60, 7680, 1773194400 + 60 * n, 1773194450 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 59) AS t(n)
