-- id: one-zone
-- title: The same within a zone
-- expect: nothing
-- interfaces: zones.json
SELECT 'eni-8' AS interface_id, '10.0.16.8' AS srcaddr, '10.0.16.9' AS dstaddr, 40000 AS srcport, 5432 AS dstport,
    6 AS protocol, 1428 AS packets, 2000000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags, '123456789012' AS account_id,
    'egress' AS flow_direction
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.16.8', '10.0.16.9', 40000, 5432, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '123456789012', 'ingress'
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.16.9', '10.0.16.8', 5432, 40000, 6, 712857, 998000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '123456789012', 'egress'
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-8', '10.0.16.9', '10.0.16.8', 5432, 40000, 6, 712857, 998000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '123456789012', 'ingress'
FROM generate_series(0, 99) AS t(n)
