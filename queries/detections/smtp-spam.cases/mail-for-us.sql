-- id: mail-for-us
-- title: A hundred servers bring mail to a host of ours
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    25 AS dstport, 6 AS protocol, 14 AS packets, 12000 AS bytes, 1773194400 + 20 * n AS start,
    1773194400 + 20 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 100) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 25, 40000 + n, 6, 10, 700, 1773194400 + 20 * n,
    1773194400 + 20 * n + 5, 'ACCEPT', 19
FROM generate_series(1, 100) AS t(n)
