-- id: one-visit
-- title: One public address uses a port of no special name once
-- expect: low 203.0.113.9 > 10.0.0.1:8081
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 8081 AS dstport,
    6 AS protocol, 4 AS packets, 300 AS bytes, 1773194400 AS start, 1773194401 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 8081, 40000, 6, 3, 900, 1773194400, 1773194401, 'ACCEPT', 19
