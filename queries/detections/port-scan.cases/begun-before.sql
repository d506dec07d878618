-- id: begun-before
-- title: Talks with forty executors of one host that began before the first record end together
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 45000 + n AS srcport,
    33000 + n AS dstport, 6 AS protocol, 30 AS packets, 9000 AS bytes, 1773194400 + 60 * minute AS start,
    1773194455 + 60 * minute AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
CROSS JOIN generate_series(0, 4) AS m(minute)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 33000 + n, 45000 + n, 6, 30, 9000, 1773194400 + 60 * minute,
    1773194455 + 60 * minute, 'ACCEPT', 0
FROM generate_series(1, 40) AS t(n)
CROSS JOIN generate_series(0, 4) AS m(minute)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 45000 + n, 33000 + n, 6, 2, 104, 1773194710, 1773194711, 'ACCEPT', 1
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 33000 + n, 45000 + n, 6, 1, 52, 1773194710, 1773194711, 'ACCEPT', 1
FROM generate_series(1, 40) AS t(n)
