-- id: through-nat
-- title: A quiet host sends 600 MB through a NAT gateway, which records both of its legs
-- expect: medium 10.0.0.5 > 203.0.113.9:443
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.20' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 600 * n AS start, 1773187205 + 600 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags, 'egress' AS flow_direction,
    '10.0.0.5' AS pkt_srcaddr, '192.0.2.20' AS pkt_dstaddr
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '192.0.2.20', '10.0.0.5', 443, 30000 + n, 6, 80, 90000, 1773187200 + 600 * n, 1773187205 + 600 * n,
    'ACCEPT', 19, 'ingress', '192.0.2.20', '10.0.0.5'
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT interface_id, srcaddr, dstaddr, srcport, 443, 6, 8600, 12000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, flow_direction, srcaddr AS real_source,
    '203.0.113.9'
FROM generate_series(0, 49) AS t(n)
CROSS JOIN (VALUES
    ('eni-5', '10.0.0.5', '203.0.113.9', 39999, 'egress'),
    ('eni-9', '10.0.0.5', '10.0.9.9', 39999, 'ingress'),
    ('eni-9', '10.0.9.9', '203.0.113.9', 1999, 'egress')
) AS leg(interface_id, srcaddr, dstaddr, srcport, flow_direction)
UNION ALL
SELECT interface_id, srcaddr, dstaddr, 443, dstport, 6, 4300, 172000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, flow_direction, '203.0.113.9',
    dstaddr AS real_target
FROM generate_series(0, 49) AS t(n)
CROSS JOIN (VALUES
    ('eni-9', '203.0.113.9', '10.0.9.9', 1999, 'ingress'),
    ('eni-9', '10.0.9.9', '10.0.0.5', 39999, 'egress'),
    ('eni-5', '203.0.113.9', '10.0.0.5', 39999, 'ingress')
) AS leg(interface_id, srcaddr, dstaddr, dstport, flow_direction)
