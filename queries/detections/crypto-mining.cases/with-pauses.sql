-- id: with-pauses
-- title: A pool that says nothing for ten minutes now and then
-- expect: medium 10.0.0.1 > 203.0.113.33:7777
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 AS srcport, 7777 AS dstport,
    6 AS protocol, 10 AS packets, 1500 AS bytes, 1773194400 + 900 * n AS start, 1773194400 + 900 * n + 280 AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 7777, 40000, 6, 10, 3000, 1773194400 + 900 * n,
    1773194400 + 900 * n + 280, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 5) AS t(n)
