-- id: three-kinds
-- title: One host asks in clear, over TLS and over HTTPS
-- expect: info 10.0.0.5 > 8.8.8.8:53; low 10.0.0.5 > 203.0.113.53:853; medium 10.0.0.5 > 1.1.1.1:443
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '8.8.8.8' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1 AS packets, 70 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.53', 41000 + n, 853, 6, 12, 1900, 1773194400 + 60 * n, 1773194402 + 60 * n,
    'ACCEPT', 3
FROM generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 853, 41000 + n, 6, 11, 5200, 1773194400 + 60 * n, 1773194402 + 60 * n,
    'ACCEPT', 19
FROM generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '1.1.1.1', 42000, 443, 6, 400, 60000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 19) AS t(n)
UNION ALL
SELECT 'eni-1', '1.1.1.1', '10.0.0.5', 443, 42000, 6, 400, 90000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 19) AS t(n)
