-- id: banner-checks
-- title: A load balancer reads the banner of SSH every ten seconds for two hours
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 5 AS packets, 272 AS bytes, 1773194400 + 10 * n AS start, 1773194401 + 10 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 719) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 4, 212, 1773194400 + 10 * n, 1773194401 + 10 * n,
    'ACCEPT', 19
FROM generate_series(0, 719) AS t(n)
