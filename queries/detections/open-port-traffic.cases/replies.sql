-- id: replies
-- title: A host with open ports is itself a client: what it calls answers to its ports 3306 and 8081
-- expect: nothing
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, srcport, 443 AS dstport,
    6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 AS start, 1773194405 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
FROM (VALUES (3306), (8081)) AS t(srcport)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 443, port, 6, 40, 60000, 1773194400, 1773194405, 'ACCEPT', 19
FROM (VALUES (3306), (8081)) AS t(port)
UNION ALL
SELECT 'eni-1', '203.0.113.8', '10.0.0.1', 443, 3306, 6, 40, 60000, 1773194460, 1773194465, 'ACCEPT', 0
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.8', 3306, 443, 6, 20, 3000, 1773194460, 1773194465, 'ACCEPT', 0
