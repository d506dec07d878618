-- id: client-ports
-- title: Clients of our sites happen to have such ports themselves, for an hour
-- expect: nothing

-- The rows in the middle have no flags, so that 5900 and 2049 are taken for the services.
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 3389 AS srcport, 443 AS dstport,
    6 AS protocol, 12 AS packets, 1900 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 59 AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 3389, 6, 14, 4200, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.10', '10.0.0.1', 5900, 8443, 6, 12, 1900, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.10', 8443, 5900, 6, 14, 4200, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.11', '10.0.0.1', 2049, 9443, 6, 12, 1900, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.11', 9443, 2049, 6, 14, 4200, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 59) AS t(n)
