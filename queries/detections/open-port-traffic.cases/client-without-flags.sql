-- id: client-without-flags
-- title: A host that opens every port calls a service with a high port, in records without TCP flags
-- expect: nothing
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-3' AS interface_id, '10.0.0.3' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 + n AS srcport,
    50051 AS dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 + n AS start, 1773194405 + n AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-3', '203.0.113.9', '10.0.0.3', 50051, 40000 + n, 6, 40, 60000, 1773194400 + n, 1773194405 + n, 'ACCEPT'
FROM generate_series(1, 60) AS t(n)
