-- id: nat-gateway
-- title: 100 GB through a NAT gateway of another zone, in the default format: nat-cost tells of it
-- expect: nothing
-- interfaces: zones.json
SELECT interface_id, srcaddr, dstaddr, srcport, dstport, 6 AS protocol, bytes / 1400 + 1 AS packets, bytes,
    1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 99) AS t(n)
CROSS JOIN (VALUES
    ('eni-5', '10.0.0.5', '203.0.113.9', 40000, 443, 2000000),
    ('eni-11', '10.0.0.5', '10.0.16.11', 40000, 443, 2000000),
    ('eni-11', '10.0.16.11', '203.0.113.9', 10000, 443, 2000000),
    ('eni-11', '203.0.113.9', '10.0.16.11', 443, 10000, 998000000),
    ('eni-11', '10.0.16.11', '10.0.0.5', 443, 40000, 998000000),
    ('eni-5', '203.0.113.9', '10.0.0.5', 443, 40000, 998000000)
) AS leg(interface_id, srcaddr, dstaddr, srcport, dstport, bytes)
