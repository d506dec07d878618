-- id: behind-nat
-- title: A worm sweeps the internet through a NAT gateway, which records both of its legs
-- expect: medium 10.0.0.5 > -:23
SELECT interface_id, source AS srcaddr, coalesce(gateway, '203.0.113.' || n) AS dstaddr, 40000 + n - port_shift AS srcport,
    23 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + 2 * n AS start,
    1773194400 + 2 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags, flow_direction,
    real_source AS pkt_srcaddr, '203.0.113.' || n AS pkt_dstaddr
FROM generate_series(1, 60) AS t(n)
CROSS JOIN (VALUES
    ('eni-5', '10.0.0.5', NULL, '10.0.0.5', 0, 'egress'),
    ('eni-9', '10.0.0.5', '10.0.9.9', '10.0.0.5', 0, 'ingress'),
    ('eni-9', '10.0.9.9', NULL, '10.0.9.9', 20000, 'egress')
) AS leg(interface_id, source, gateway, real_source, port_shift, flow_direction)
