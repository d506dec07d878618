-- id: queries
-- title: A resolver of ours is asked, and its answers are rejected
-- expect: low - > 10.0.0.1:53
SELECT 'eni-1' AS interface_id, '203.0.113.' || (n % 7) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    53 AS dstport, 17 AS protocol, 3 AS packets, 180 AS bytes, 1773194400 + 10 * n AS start,
    1773194400 + 10 * n + 7 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 19) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (n % 7), 53, 40000 + n, 17, 3, 180, 1773194400 + 10 * n,
    1773194400 + 10 * n + 7, 'REJECT'
FROM generate_series(0, 19) AS t(n)
