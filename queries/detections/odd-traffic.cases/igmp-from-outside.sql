-- id: igmp-from-outside
-- title: IGMP with a public address
-- expect: low 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, NULL AS srcport, NULL AS dstport,
    2 AS protocol, 3 AS packets, 3 * 60 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 50 AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
