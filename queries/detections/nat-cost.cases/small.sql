-- id: small
-- title: 20 GB cost less than a dollar
-- expect: nothing
-- interfaces: nat.json
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 1428 AS packets, 2000000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags, '10.0.0.5' AS pkt_srcaddr,
    '203.0.113.9' AS pkt_dstaddr, 'egress' AS flow_direction, 1 AS traffic_path
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.0.5', '10.0.9.9', 40000, 443, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.0.5', '203.0.113.9', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.9.9', '203.0.113.9', 10000, 443, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.9.9', '203.0.113.9', 'egress', 8
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '203.0.113.9', '10.0.9.9', 443, 10000, 6, 141428, 198000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '203.0.113.9', '10.0.9.9', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.9.9', '10.0.0.5', 443, 40000, 6, 141428, 198000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '203.0.113.9', '10.0.0.5', 'egress', 1
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 40000, 6, 141428, 198000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '203.0.113.9', '10.0.0.5', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
