-- id: answered-ftp
-- title: A scan of three hundred high ports tries 21 and 135 as well, both answer, and it asks them for their versions
-- expect: medium 203.0.113.9 > 10.0.0.1
-- says: tried 301 ports of 10.0.0.1 in 301 attempts; 2 answered: 21, 135
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    1100 + 197 * n AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start,
    1773194400 + n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 300) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39000 + port, port, 6, 24, 1500, 1773194500, 1773194540, 'ACCEPT', 3
FROM (VALUES (21), (135)) AS control(port)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', port, 39000 + port, 6, 22, 1900, 1773194500, 1773194540, 'ACCEPT', 19
FROM (VALUES (21), (135)) AS control(port)
