-- id: ping
-- title: A listed address and a host of ours exchange pings, and no record says whose they are
-- threat-list: feodo.txt
-- expect: medium 10.0.0.1 > 203.0.113.9:0
-- says: 10.0.0.1 exchanged packets with the listed address 203.0.113.9
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 1 AS packets, 84 AS bytes, 1773194400 AS start, 1773194400 AS "end", 'ACCEPT' AS action,
    'ingress' AS flow_direction
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 0, 0, 1, 1, 84, 1773194400, 1773194400, 'ACCEPT', 'egress'
