-- id: forged-answers
-- title: A listed address sends an answer of DNS and one of HTTPS that nobody asked for; our host resets the second
-- threat-list: feodo.txt
-- expect: info 203.0.113.9 > 10.0.0.1
-- says: sent answers that nobody asked for to 10.0.0.1, 180 bytes in all
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 53 AS srcport, 40000 AS dstport,
    17 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 AS start, 1773194400 AS "end", 'ACCEPT' AS action,
    CAST(NULL AS INT) AS tcp_flags, 'ingress' AS flow_direction
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 443, 50000, 6, 2, 80, 1773194401, 1773194401, 'ACCEPT', 18, 'ingress'
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 50000, 443, 6, 1, 40, 1773194401, 1773194401, 'ACCEPT', 4, 'egress'
