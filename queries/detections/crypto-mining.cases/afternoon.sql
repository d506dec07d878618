-- id: afternoon
-- title: Three hours of a miner that reconnects every half hour
-- expect: high 10.0.0.1 > 203.0.113.33:14444
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 + n / 30 AS srcport,
    14444 AS dstport, 6 AS protocol, 10 AS packets, 1500 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action, CASE WHEN n % 30 = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 179) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 14444, 40000 + n / 30, 6, 10, 3000, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', CASE WHEN n % 30 = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 179) AS t(n)
