-- id: behind-nat
-- title: A host calls a listed address through a NAT gateway, which records both of its legs
-- threat-list: feodo.txt
-- expect: high 10.0.0.5 > 203.0.113.9:443
SELECT interface_id, source AS srcaddr, coalesce(gateway, '203.0.113.9') AS dstaddr, 40000 + n - port_shift AS srcport,
    443 AS dstport, 6 AS protocol, 9 AS packets, 900 AS bytes, 1773194400 + 600 * n AS start,
    1773194405 + 600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, flow_direction,
    real_source AS pkt_srcaddr, '203.0.113.9' AS pkt_dstaddr
FROM generate_series(1, 12) AS t(n)
CROSS JOIN (VALUES
    ('eni-5', '10.0.0.5', NULL, '10.0.0.5', 0, 'egress'),
    ('eni-9', '10.0.0.5', '10.0.9.9', '10.0.0.5', 0, 'ingress'),
    ('eni-9', '10.0.9.9', NULL, '10.0.9.9', 20000, 'egress')
) AS leg(interface_id, source, gateway, real_source, port_shift, flow_direction)
UNION ALL
SELECT interface_id, coalesce(gateway, '203.0.113.9'), source, 443, 40000 + n - port_shift, 6, 9, 4000,
    1773194400 + 600 * n, 1773194405 + 600 * n, 'ACCEPT', 19,
    CASE WHEN flow_direction = 'egress' THEN 'ingress' ELSE 'egress' END, '203.0.113.9', real_source
FROM generate_series(1, 12) AS t(n)
CROSS JOIN (VALUES
    ('eni-5', '10.0.0.5', NULL, '10.0.0.5', 0, 'egress'),
    ('eni-9', '10.0.0.5', '10.0.9.9', '10.0.0.5', 0, 'ingress'),
    ('eni-9', '10.0.9.9', NULL, '10.0.9.9', 20000, 'egress')
) AS leg(interface_id, source, gateway, real_source, port_shift, flow_direction)
