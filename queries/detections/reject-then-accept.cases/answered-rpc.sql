-- id: answered-rpc
-- title: A scan of sixty high ports finds 135 open and reads its list of services, and a web port lets it in
-- expect: medium 203.0.113.9 > 10.0.0.1
-- says: was rejected at 60 ports
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 45000 + n AS srcport,
    2000 + 131 * n AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194410 + n AS start,
    1773194410 + n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000 + port, port, 6, 18, 1900, 1773194500, 1773194510, 'ACCEPT', 3
FROM (VALUES (135), (8080)) AS open(port)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', port, 41000 + port, 6, 19, 40000, 1773194500, 1773194510, 'ACCEPT', 19
FROM (VALUES (135), (8080)) AS open(port)
