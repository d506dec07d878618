-- id: eleven-addresses
-- title: A visitor uses a database at eleven addresses of one interface
-- expect: high 203.0.113.9 > -:3306
-- says: used port 3306 (mysql) of 11 addresses of eni-1, which group db
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, '10.0.0.1' || n AS pkt_dstaddr,
    40000 + n AS srcport, 3306 AS dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 + 60 * n AS start,
    1773194405 + 60 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, '203.0.113.9' AS pkt_srcaddr
FROM generate_series(0, 10) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', '203.0.113.9', 3306, 40000 + n, 6, 40, 60000, 1773194400 + 60 * n,
    1773194405 + 60 * n, 'ACCEPT', 19, '10.0.0.1' || n
FROM generate_series(0, 10) AS t(n)
