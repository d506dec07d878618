-- id: command-and-control
-- title: A host of ours opens a connection to a listed address and is answered
-- threat-list: feodo.txt
-- expect: high 10.0.0.5 > 203.0.113.9:443
-- says: opened 1 connection to the listed address 203.0.113.9; it was answered
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 9 AS packets, 900 AS bytes, 1773194400 AS start, 1773194405 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 40000, 6, 9, 4000, 1773194400, 1773194405, 'ACCEPT', 19
