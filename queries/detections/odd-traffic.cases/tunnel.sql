-- id: tunnel
-- title: A tunnel of IP in IP carries 3 MB
-- expect: medium 10.0.0.1 > 203.0.113.9
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, NULL AS srcport, NULL AS dstport,
    4 AS protocol, 300 AS packets, 300 * 900 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 50 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', NULL, NULL, 4, 200, 200 * 200, 1773194400 + 60 * n,
    1773194400 + 60 * n + 50, 'ACCEPT'
FROM generate_series(0, 9) AS t(n)
