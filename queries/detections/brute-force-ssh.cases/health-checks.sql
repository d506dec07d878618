-- id: health-checks
-- title: A load balancer opens the port every ten seconds and closes it again
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 20000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 4 AS packets, 216 AS bytes, 1773194400 + 10 * n AS start, 1773194400 + 10 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 719) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 22, 20000 + n, 6, 3, 193, 1773194400 + 10 * n, 1773194400 + 10 * n, 'ACCEPT', 19
FROM generate_series(0, 719) AS t(n)
