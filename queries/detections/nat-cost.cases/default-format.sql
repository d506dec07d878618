-- id: default-format
-- title: 50 GB through the NAT gateway in the default format, which does not show who asked
-- expect: info 10.0.9.9 > 203.0.113.9
-- interfaces: nat.json
SELECT interface_id, srcaddr, dstaddr, srcport, dstport, 6 AS protocol, bytes / 1400 + 1 AS packets, bytes,
    1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 99) AS t(n)
CROSS JOIN (VALUES
    ('eni-5', '10.0.0.5', '203.0.113.9', 40000, 443, 2000000),
    ('eni-9', '10.0.0.5', '10.0.9.9', 40000, 443, 2000000),
    ('eni-9', '10.0.9.9', '203.0.113.9', 10000, 443, 2000000),
    ('eni-9', '203.0.113.9', '10.0.9.9', 443, 10000, 498000000),
    ('eni-9', '10.0.9.9', '10.0.0.5', 443, 40000, 498000000),
    ('eni-5', '203.0.113.9', '10.0.0.5', 443, 40000, 498000000)
) AS leg(interface_id, srcaddr, dstaddr, srcport, dstport, bytes)
