-- id: twenty-nine
-- title: Twenty-nine connections in ten minutes, just under the threshold
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 6 + n % 2 AS packets, 540 AS bytes, 1773194400 + 20 * n AS start, 1773194401 + 20 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 28) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5432, 40000 + n, 6, 5, 420, 1773194400 + 20 * n, 1773194401 + 20 * n,
    'ACCEPT', 19
FROM generate_series(0, 28) AS t(n)
