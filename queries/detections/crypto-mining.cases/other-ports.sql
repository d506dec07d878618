-- id: other-ports
-- title: Long calm connections to ports 443 and 8080
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 12 AS packets, 1900 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 59 AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 443, 40000, 6, 14, 4200, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.33', 40001, 8080, 6, 12, 1900, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 8080, 40001, 6, 14, 4200, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
