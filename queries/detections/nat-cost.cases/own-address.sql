-- id: own-address
-- title: A host with a public address fetches 100 GB; the NAT gateway carries little to the same mirror
-- expect: nothing
-- interfaces: nat.json
SELECT 'eni-6' AS interface_id, '10.0.0.6' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 1428 AS packets, 2000000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags, '10.0.0.6' AS pkt_srcaddr,
    '203.0.113.9' AS pkt_dstaddr, 'egress' AS flow_direction, 8 AS traffic_path
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-6', '203.0.113.9', '10.0.0.6', 443, 40000, 6, 712857, 998000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '203.0.113.9', '10.0.0.6', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 40000, 443, 6, 1, 2000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.0.5', '203.0.113.9', 'egress', 1
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.0.5', '10.0.9.9', 40000, 443, 6, 1, 2000, 1773194400 + 60 * n, 1773194459 + 60 * n, 'ACCEPT',
    CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.0.5', '203.0.113.9', 'ingress', NULL
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.9.9', '203.0.113.9', 10000, 443, 6, 1, 2000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.9.9', '203.0.113.9', 'egress', 8
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-9', '203.0.113.9', '10.0.9.9', 443, 10000, 6, 14, 20000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '203.0.113.9', '10.0.9.9', 'ingress', NULL
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.9.9', '10.0.0.5', 443, 40000, 6, 14, 20000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '203.0.113.9', '10.0.0.5', 'egress', 1
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 40000, 6, 14, 20000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '203.0.113.9', '10.0.0.5', 'ingress', NULL
FROM generate_series(0, 9) AS t(n)
