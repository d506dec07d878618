-- id: one-telnet
-- title: One public address logs in over telnet
-- expect: medium 203.0.113.9 > 10.0.0.1:23
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport, 23 AS dstport,
    6 AS protocol, 40 AS packets, 2000 AS bytes, 1773194400 AS start, 1773194440 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 23, 50000, 6, 40, 9000, 1773194400, 1773194440, 'ACCEPT', 19
