-- id: client-port
-- title: Clients happen to have such a port themselves: of a web site, and of a service with a high port
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.33' AS srcaddr, '10.0.0.1' AS dstaddr, 3333 AS srcport, 443 AS dstport,
    6 AS protocol, 12 AS packets, 1900 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 59 AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.33', 443, 3333, 6, 14, 4200, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.34', '10.0.0.1', 45560, 50000, 6, 12, 1900, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.34', 50000, 45560, 6, 14, 4200, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.35', '10.0.0.1', 3333, 8443, 6, 12, 1900, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.35', 8443, 3333, 6, 14, 4200, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 119) AS t(n)
