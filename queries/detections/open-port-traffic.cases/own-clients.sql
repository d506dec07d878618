-- id: own-clients
-- title: Clients of our own use the database, as they should
-- expect: nothing
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-1' AS interface_id, '10.0.5.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    3306 AS dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 + n AS start, 1773194405 + n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.5.' || n, 3306, 40000 + n, 6, 40, 60000, 1773194400 + n, 1773194405 + n, 'ACCEPT', 19
FROM generate_series(1, 200) AS t(n)
