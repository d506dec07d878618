-- id: same-port
-- title: A VPN gateway whose peers come from port 500 to port 500
-- expect: nothing
-- security-groups: groups.json
-- interfaces: vpn.json
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 500 AS srcport, 500 AS dstport,
    17 AS protocol, 20 AS packets, 9000 AS bytes, 1773187200 + 1800 * n AS start,
    1773187200 + 1800 * n + 60 AS "end", 'ACCEPT' AS action, '123456789012' AS account_id
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 500, 500, 17, 20, 9000, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 60, 'ACCEPT', '123456789012'
FROM generate_series(0, 47) AS t(n)
