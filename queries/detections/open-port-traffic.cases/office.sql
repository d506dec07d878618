-- id: office
-- title: The office uses a port that a rule opens to the office only
-- expect: nothing
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-1' AS interface_id, '198.51.100.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    5432 AS dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 + n AS start, 1773194405 + n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.' || n, 5432, 40000 + n, 6, 40, 60000, 1773194400 + n, 1773194405 + n, 'ACCEPT',
    19
FROM generate_series(1, 20) AS t(n)
