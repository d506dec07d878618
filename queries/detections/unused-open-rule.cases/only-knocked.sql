-- id: only-knocked
-- title: Scanners try port 22; it is let in, and nothing answers
-- expect: low - > 10.0.0.5:22
-- security-groups: groups.json
-- interfaces: web.json
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 1800 * n AS start,
    1773187200 + 1800 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, '123456789012' AS account_id
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 443, 50000 + n, 6, 8, 4000, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 5, 'ACCEPT', 19, '123456789012'
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.' || n, '10.0.0.5', 40000, 22, 6, 2, 88, 1773187200 + 600 * n, 1773187200 + 600 * n + 3,
    'ACCEPT', 2, '123456789012'
FROM generate_series(1, 100) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '198.51.100.' || n, 22, 40000, 6, 1, 40, 1773187200 + 600 * n, 1773187200 + 600 * n + 3,
    'ACCEPT', 4, '123456789012'
FROM generate_series(1, 50) AS t(n)
