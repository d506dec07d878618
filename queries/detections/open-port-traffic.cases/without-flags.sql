-- id: without-flags
-- title: Three public addresses use the database, in records without TCP flags
-- expect: high - > 10.0.0.1:3306
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-1' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    3306 AS dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 AS start, 1773194405 AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 3) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 3306, 40000 + n, 6, 40, 60000, 1773194400, 1773194405, 'ACCEPT'
FROM generate_series(1, 3) AS t(n)
