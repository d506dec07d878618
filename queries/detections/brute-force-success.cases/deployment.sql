-- id: deployment
-- title: Fourteen sessions in ten minutes that differ in everything
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 15 + n * n * n % 800 AS packets, 3000 + 900 * (n * n * n % 800) AS bytes,
    1773194400 + 40 * n AS start, 1773194430 + 40 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 14) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 22, 40000 + n, 6, 60, 9000, 1773194400 + 40 * n, 1773194430 + 40 * n,
    'ACCEPT', 19
FROM generate_series(1, 14) AS t(n)
