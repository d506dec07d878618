-- id: retries
-- title: A client retries at the closed ports of three hosts that have six addresses each, ninety times in five minutes
-- interfaces: interfaces.json
-- expect: nothing
SELECT 'eni-' || (1 + n % 3) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.' || (1 + n % 3) || '.1' AS dstaddr,
    41000 + 97 * n AS srcport, 6379 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + 3 * n AS start,
    1773194400 + 3 * n AS "end", 'REJECT' AS action
FROM generate_series(0, 89) AS t(n)
