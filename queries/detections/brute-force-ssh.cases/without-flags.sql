-- id: without-flags
-- title: Thirty passwords in eight minutes, in records without TCP flags
-- expect: medium 203.0.113.9 > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 3 AS packets, 1900 AS bytes, 1773194400 + 15 * n AS start, 1773194404 + 15 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 12, 2400, 1773194400 + 15 * n, 1773194404 + 15 * n,
    'ACCEPT'
FROM generate_series(1, 30) AS t(n)
