-- id: behind-nat-few-fields
-- title: A host tries one address after the other through a NAT gateway, in records without packets' addresses
-- expect: low 10.0.0.5 > -:23
-- says: failed at port 23 (telnet) of 40 hosts on the internet, in 40 attempts; of its 40 first tries none was answered
-- interfaces: nat.json
SELECT interface_id, source AS srcaddr, coalesce(gateway, '203.0.113.' || n) AS dstaddr, 40000 + n AS srcport,
    23 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + 600 * n AS start,
    1773194400 + 600 * n AS "end", 'ACCEPT' AS action
FROM generate_series(1, 40) AS t(n)
CROSS JOIN (VALUES
    ('eni-5', '10.0.0.5', NULL),
    ('eni-nat', '10.0.0.5', '10.0.9.9'),
    ('eni-nat', '10.0.9.9', NULL)
) AS leg(interface_id, source, gateway)
