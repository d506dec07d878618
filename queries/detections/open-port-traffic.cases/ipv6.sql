-- id: ipv6
-- title: A rule for ::/0 lets an IPv6 address in, and one for 0.0.0.0/0 does not
-- expect: high 2001:db8:9::9 > 2001:db8:0:1::1:3389
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-1' AS interface_id, '2001:db8:9::9' AS srcaddr, '2001:db8:0:1::1' AS dstaddr, 40000 AS srcport,
    dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes, 1773194400 AS start, 1773194405 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
FROM (VALUES (3389), (3306)) AS t(dstport)
UNION ALL
SELECT 'eni-1', '2001:db8:0:1::1', '2001:db8:9::9', port, 40000, 6, 40, 60000, 1773194400, 1773194405, 'ACCEPT', 19
FROM (VALUES (3389), (3306)) AS t(port)
