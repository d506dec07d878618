-- id: fragments
-- title: Large answers of a resolver come in fragments, and the later ones have no ports
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 + n AS srcport,
    53 AS dstport, 17 AS protocol, 1 AS packets, 80 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 53, 40000 + n, 17, 1, 1500, 1773194400 + n, 1773194400 + n, 'ACCEPT'
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 0, 0, 17, 2, 2500, 1773194400 + n, 1773194400 + n, 'ACCEPT'
FROM generate_series(0, 29) AS t(n)
