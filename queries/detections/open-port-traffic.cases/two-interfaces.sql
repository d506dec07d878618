-- id: two-interfaces
-- title: What reaches a database through a load balancer that keeps the client's address, recorded at both
-- expect: high 203.0.113.9 > 10.0.0.1:3306
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT interface_id, '203.0.113.9' AS srcaddr, dstaddr, '203.0.113.9' AS pkt_srcaddr, '10.0.0.1' AS pkt_dstaddr,
    40000 AS srcport, 3306 AS dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 AS start,
    1773194405 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'ingress' AS flow_direction
FROM (VALUES ('eni-1', '10.0.0.1'), ('eni-2', '10.0.0.2')) AS t(interface_id, dstaddr)
UNION ALL
SELECT interface_id, srcaddr, '203.0.113.9', '10.0.0.1', '203.0.113.9', 3306, 40000, 6, 40, 60000, 1773194400,
    1773194405, 'ACCEPT', 19, 'egress'
FROM (VALUES ('eni-1', '10.0.0.1'), ('eni-2', '10.0.0.2')) AS t(interface_id, srcaddr)
