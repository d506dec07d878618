-- id: further-addresses
-- title: A sweep of thirty-six public addresses of six hosts, in records that show only the first address of each
-- interfaces: interfaces.json
-- expect: low 203.0.113.9 > -:6379
-- says: of 36 addresses of 6 hosts in 36 attempts
SELECT 'eni-' || (1 + n % 6) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.' || (1 + n % 6) || '.1' AS dstaddr,
    41000 + 97 * n AS srcport, 6379 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + 3 * n AS start,
    1773194400 + 3 * n AS "end", 'REJECT' AS action
FROM generate_series(0, 35) AS t(n)
