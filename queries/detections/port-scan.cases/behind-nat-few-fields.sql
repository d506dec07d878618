-- id: behind-nat-few-fields
-- title: A host tries forty ports of one address through a NAT gateway, in records without packets' addresses
-- expect: medium 10.0.0.5 > 203.0.113.9
-- says: tried 40 ports of 203.0.113.9 in 40 attempts
-- interfaces: nat.json
SELECT interface_id, source AS srcaddr, target AS dstaddr, 40000 + n AS srcport, 8000 + n AS dstport, 6 AS protocol,
    1 AS packets, 44 AS bytes, 1773194400 + 2 * n AS start, 1773194400 + 2 * n AS "end", 'ACCEPT' AS action
FROM generate_series(1, 40) AS t(n)
CROSS JOIN (VALUES
    ('eni-5', '10.0.0.5', '203.0.113.9'),
    ('eni-nat', '10.0.0.5', '10.0.9.9'),
    ('eni-nat', '10.0.9.9', '203.0.113.9')
) AS leg(interface_id, source, target)
