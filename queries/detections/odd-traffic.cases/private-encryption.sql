-- id: private-encryption
-- title: 250 MB of IP protocol 99 with a public address
-- expect: high 10.0.0.1 > 203.0.113.9
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, NULL AS srcport, NULL AS dstport,
    99 AS protocol, 20000 AS packets, 20000 * 1000 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 50 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', NULL, NULL, 99, 5000, 5000 * 1000, 1773194400 + 60 * n,
    1773194400 + 60 * n + 50, 'ACCEPT'
FROM generate_series(0, 9) AS t(n)
