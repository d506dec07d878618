-- id: addresses-of-nobody
-- title: The same without AWS' ranges: two destinations, each below the minimum
-- expect: nothing
-- interfaces: nat.json
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.7' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 1428 AS packets, 2000000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags, '10.0.0.5' AS pkt_srcaddr,
    '198.51.100.7' AS pkt_dstaddr, 'egress' AS flow_direction, 1 AS traffic_path
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.0.5', '10.0.9.9', 40000, 443, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.0.5', '198.51.100.7', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.9.9', '198.51.100.7', 10000, 443, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.9.9', '198.51.100.7', 'egress', 8
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '198.51.100.7', '10.0.9.9', 443, 10000, 6, 127142, 178000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '198.51.100.7', '10.0.9.9', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.9.9', '10.0.0.5', 443, 40000, 6, 127142, 178000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '198.51.100.7', '10.0.0.5', 'egress', 1
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-5', '198.51.100.7', '10.0.0.5', 443, 40000, 6, 127142, 178000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '198.51.100.7', '10.0.0.5', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '198.51.100.8', 41000, 443, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.0.5', '198.51.100.8', 'egress', 1
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.0.5', '10.0.9.9', 41000, 443, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.0.5', '198.51.100.8', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.9.9', '198.51.100.8', 11000, 443, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, '10.0.9.9', '198.51.100.8', 'egress', 8
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '198.51.100.8', '10.0.9.9', 443, 11000, 6, 127142, 178000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '198.51.100.8', '10.0.9.9', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.9.9', '10.0.0.5', 443, 41000, 6, 127142, 178000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '198.51.100.8', '10.0.0.5', 'egress', 1
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-5', '198.51.100.8', '10.0.0.5', 443, 41000, 6, 127142, 178000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '198.51.100.8', '10.0.0.5', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
