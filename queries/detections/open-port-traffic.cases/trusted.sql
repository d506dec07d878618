-- id: trusted
-- title: A hundred scanners of a trusted network and one stranger use a database that a rule opens to the world
-- expect: high 198.51.100.9 > 10.0.0.1:3306
-- security-groups: security-groups.json
-- interfaces: interfaces.json
-- trusted: trusted.txt
WITH clients AS (
    SELECT '203.0.113.' || (64 + n % 64) AS address, n FROM generate_series(1, 100) AS t(n)
    UNION ALL
    SELECT '198.51.100.9', 101
)
SELECT 'eni-1' AS interface_id, address AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    3306 AS dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 + 10 * n AS start,
    1773194405 + 10 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM clients
UNION ALL
SELECT 'eni-1', '10.0.0.1', address, 3306, 40000 + n, 6, 40, 60000, 1773194400 + 10 * n, 1773194405 + 10 * n,
    'ACCEPT', 19
FROM clients
