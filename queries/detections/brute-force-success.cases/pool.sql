-- id: pool
-- title: An application's short queries, twenty in ten minutes, and the sessions of its connection pool
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 12 AS packets, 1400 AS bytes, 1773194400 + 30 * n AS start, 1773194401 + 30 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 600) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5432, 40000 + n, 6, 11, 4200, 1773194400 + 30 * n, 1773194401 + 30 * n,
    'ACCEPT', 19
FROM generate_series(1, 600) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 30000 + n, 5432, 6, 400, 70000, 1773196200 + 900 * n, 1773196255 + 900 * n,
    'ACCEPT', 2
FROM generate_series(1, 10) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5432, 30000 + n, 6, 700, 900000, 1773196200 + 900 * n, 1773196255 + 900 * n,
    'ACCEPT', 18
FROM generate_series(1, 10) AS t(n)
