-- id: nine-packets
-- title: One packet less than is reported
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, NULL AS srcport, NULL AS dstport,
    99 AS protocol, 9 AS packets, 540 AS bytes, 1773194400 AS start, 1773194405 AS "end", 'ACCEPT' AS action
