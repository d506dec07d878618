-- id: many-clients
-- title: A hundred offices fetch from a git server of ours three times within an hour and get what is new
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.' || (n % 100) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    22 AS dstport, 6 AS protocol, 20 + n % 4 AS packets, 3900 + 37 * (n % 8) AS bytes, 1773194400 + 12 * n AS start,
    1773194403 + 12 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (n % 100), 22, 40000 + n, 6, 25 + n % 90, 7000 + 900 * (n % 90),
    1773194400 + 12 * n, 1773194403 + 12 * n, 'ACCEPT', 19
FROM generate_series(0, 299) AS t(n)
