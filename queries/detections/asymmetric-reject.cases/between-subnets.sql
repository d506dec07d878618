-- id: between-subnets
-- title: The server's subnet lets the replies go, and the client's rejects them
-- expect: low 10.0.1.5 > 10.0.0.1:5432
SELECT 'eni-2' AS interface_id, '10.0.1.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 3 AS packets, 180 AS bytes, 1773194400 + 10 * n AS start, 1773194400 + 10 * n + 7 AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 19) AS t(n)
UNION ALL
SELECT 'eni-2', '10.0.0.1', '10.0.1.5', 5432, 40000 + n, 6, 3, 180, 1773194400 + 10 * n, 1773194400 + 10 * n + 7,
    'REJECT', 18
FROM generate_series(0, 19) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.1.5', '10.0.0.1', 40000 + n, 5432, 6, 3, 180, 1773194400 + 10 * n, 1773194400 + 10 * n + 7,
    'ACCEPT', 2
FROM generate_series(0, 19) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', 5432, 40000 + n, 6, 3, 180, 1773194400 + 10 * n, 1773194400 + 10 * n + 7,
    'ACCEPT', 18
FROM generate_series(0, 19) AS t(n)
