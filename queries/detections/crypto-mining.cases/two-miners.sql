-- id: two-miners
-- title: Two connections of one host in the default format
-- expect: medium 10.0.0.1 > 203.0.113.33:5555
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 AS srcport, 5555 AS dstport,
    6 AS protocol, 10 AS packets, 1500 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 59 AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 5555, 40000, 6, 10, 3000, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT'
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.33', 40001, 5555, 6, 10, 1500, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT'
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 5555, 40001, 6, 10, 3000, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT'
FROM generate_series(0, 59) AS t(n)
