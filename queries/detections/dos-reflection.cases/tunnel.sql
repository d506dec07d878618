-- id: tunnel
-- title: A VPN that hides behind port 53 downloads 300 MB
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 53 AS dstport,
    17 AS protocol, 20000 AS packets, 20000 * 90 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 4) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 53, 40000, 17, 45000, 45000 * 1350, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT'
FROM generate_series(0, 4) AS t(n)
