-- id: behind-nat
-- title: The NAT gateway repeats what a host behind it does and is not reported beside it
-- expect: medium 10.0.0.1 > 203.0.113.99:27015
-- interfaces: nat.json
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.99' AS dstaddr, 40000 AS srcport,
    27015 AS dstport, 17 AS protocol, 120000 AS packets, 120000 * 540 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 4) AS t(n)
UNION ALL
SELECT 'eni-nat', '10.0.9.9', '203.0.113.99', 2000, 27015, 17, 120000, 120000 * 540, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT'
FROM generate_series(0, 4) AS t(n)
