-- id: health-checks
-- title: A check of the open port every five seconds, with four packets
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.9.9' AS srcaddr, '10.0.0.1' AS dstaddr, 1024 + n AS srcport, 5985 AS dstport,
    6 AS protocol, 4 AS packets, 216 AS bytes, 1773194400 + 5 * n AS start, 1773194400 + 5 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 359) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.9.9', 5985, 1024 + n, 6, 3, 164, 1773194400 + 5 * n, 1773194400 + 5 * n,
    'ACCEPT', 19
FROM generate_series(0, 359) AS t(n)
