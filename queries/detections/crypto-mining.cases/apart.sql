-- id: apart
-- title: Twenty minutes, a pause of twenty, and so on
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 + n / 20 AS srcport,
    3333 AS dstport, 6 AS protocol, 12 AS packets, 1900 AS bytes, 1773194400 + 60 * n + n / 20 * 1200 AS start,
    1773194400 + 60 * n + n / 20 * 1200 + 59 AS "end", 'ACCEPT' AS action,
    CASE WHEN n % 20 = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 3333, 40000 + n / 20, 6, 14, 4200, 1773194400 + 60 * n + n / 20 * 1200,
    1773194400 + 60 * n + n / 20 * 1200 + 59, 'ACCEPT', CASE WHEN n % 20 = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
