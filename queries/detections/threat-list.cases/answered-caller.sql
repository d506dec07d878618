-- id: answered-caller
-- title: A listed address uses a web server of ours
-- threat-list: feodo.txt
-- expect: medium 203.0.113.9 > 10.0.0.1:443
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 9 AS packets, 900 AS bytes, 1773194400 AS start, 1773194405 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 40000, 6, 9, 4000, 1773194400, 1773194405, 'ACCEPT', 19
