-- id: many-that-ask-little
-- title: Forty pods ask a resolver outside five times each
-- expect: info - > 203.0.113.53:53
-- says: 40 hosts asked 203.0.113.53, which is not approved, in clear (port 53), with 200 packets
SELECT 'eni-' || (n % 40) AS interface_id, '10.0.1.' || (n % 40) AS srcaddr, '203.0.113.53' AS dstaddr,
    40000 + n AS srcport, 53 AS dstport, 17 AS protocol, 1 AS packets, 70 AS bytes, 1773187200 + 60 * n AS start,
    1773187201 + 60 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 199) AS t(n)
