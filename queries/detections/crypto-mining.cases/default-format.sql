-- id: default-format
-- title: A record every ten minutes and no flags, as in the default format
-- expect: medium 10.0.0.1 > 203.0.113.33:3333
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 AS srcport, 3333 AS dstport,
    6 AS protocol, 100 AS packets, 15000 AS bytes, 1773194400 + 600 * n AS start,
    1773194400 + 600 * n + 599 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 3333, 40000, 6, 110, 32000, 1773194400 + 600 * n,
    1773194400 + 600 * n + 599, 'ACCEPT'
FROM generate_series(0, 5) AS t(n)
