-- id: datagrams
-- title: A directory answers over UDP, in the default format
-- expect: medium 203.0.113.9 > 10.0.0.1:389
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport, 389 AS dstport,
    17 AS protocol, 3 AS packets, 200 AS bytes, 1773194400 AS start, 1773194405 AS "end", 'ACCEPT' AS action
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 389, 50000, 17, 3, 4000, 1773194400, 1773194405, 'ACCEPT'
