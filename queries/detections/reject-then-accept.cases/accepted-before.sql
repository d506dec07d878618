-- id: accepted-before
-- title: A client that is served all day at one port is rejected at twenty others in the afternoon
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 20 AS packets, 4000 AS bytes, 1773194400 + 600 * n AS start, 1773194420 + 600 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 100) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 443, 40000 + n, 6, 30, 40000, 1773194400 + 600 * n, 1773194420 + 600 * n,
    'ACCEPT', 19
FROM generate_series(1, 100) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 50000 + n, 8000 + n, 6, 1, 60, 1773230400 + 60 * n, 1773230401 + 60 * n,
    'REJECT', 2
FROM generate_series(1, 20) AS t(n)
