-- id: pool
-- title: A connection pool is rebuilt: fifty sessions within ten minutes, from a few packets to thousands
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3306 AS dstport,
    6 AS protocol, 8 + n * n * n % 400 AS packets, 800 + 150 * (n * n * n % 400) AS bytes, 1773194400 + 11 * n AS start,
    1773194455 + 11 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 49) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 3306, 40000 + n, 6, 200, 90000, 1773194400 + 11 * n, 1773194455 + 11 * n,
    'ACCEPT', 18
FROM generate_series(0, 49) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 40000 + n, 3306, 6, 150, 30000, 1773194460 + 11 * n + 60 * minute,
    1773194515 + 11 * n + 60 * minute, 'ACCEPT', 0
FROM generate_series(0, 49) AS t(n)
CROSS JOIN generate_series(0, 59) AS m(minute)
