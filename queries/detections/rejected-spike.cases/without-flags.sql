-- id: without-flags
-- title: One source is rejected 120 times within four minutes, in records without TCP flags
-- expect: low 203.0.113.9 > 10.0.0.1:3389
SELECT 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start, 1773187201 + 300 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.250', 443, 30000 + n, 6, 8, 4000, 1773187200 + 300 * n, 1773187201 + 300 * n,
    'ACCEPT'
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 3389, 6, 1, 40, 1773194400 + 2 * n, 1773194400 + 2 * n, 'REJECT'
FROM generate_series(1, 120) AS t(n)
