-- id: udp-between
-- title: A scan of sixty TCP ports sends a datagram to every third port as well, and nothing answers those
-- expect: medium 10.0.0.5 > 10.0.0.1
-- says: tried 60 ports of 10.0.0.1 in 60 attempts; 0 answered
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 7000 + n AS dstport,
    6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.0.1', 50000 + n, 7000 + n, 17, 1, 28, 1773194400 + n, 1773194400 + n, 'ACCEPT', NULL
FROM generate_series(3, 60, 3) AS t(n)
