-- id: databases-refused
-- title: Scanners are refused at databases, or answered with a reset
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport, port AS dstport,
    6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 AS start, 1773194401 AS "end", action, 2 AS tcp_flags
FROM (VALUES (3306, 'REJECT'), (1433, 'REJECT'), (9200, 'ACCEPT'), (10250, 'ACCEPT')) AS t(port, action)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', port, 50000, 6, 1, 40, 1773194400, 1773194401, 'ACCEPT', 4
FROM (VALUES (9200), (10250)) AS t(port)
