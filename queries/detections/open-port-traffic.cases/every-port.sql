-- id: every-port
-- title: A rule for all protocols and ports lets a public address ask a resolver of ours by UDP
-- expect: low 203.0.113.9 > 10.0.0.3:53
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-3' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.3' AS dstaddr, 40000 AS srcport, 53 AS dstport,
    17 AS protocol, 3 AS packets, 210 AS bytes, 1773194400 AS start, 1773194430 AS "end", 'ACCEPT' AS action
UNION ALL
SELECT 'eni-3', '10.0.0.3', '203.0.113.9', 53, 40000, 17, 3, 9000, 1773194400, 1773194430, 'ACCEPT'
