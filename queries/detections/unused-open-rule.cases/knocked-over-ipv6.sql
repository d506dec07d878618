-- id: knocked-over-ipv6
-- title: An interface with an IPv6 address gets logs over IPv4 only, and rejects what comes over IPv6
-- expect: info - > 2001:db8::5:514
-- security-groups: groups.json
-- interfaces: dual.json
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 50000 AS srcport, 514 AS dstport,
    17 AS protocol, 20 AS packets, 9000 AS bytes, 1773187200 + 1800 * n AS start,
    1773187200 + 1800 * n + 60 AS "end", 'ACCEPT' AS action, NULL AS tcp_flags, '123456789012' AS account_id
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-9', '203.0.113.9', '10.0.1.5', 50000 + n, 443, 6, 8, 900, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 5, 'ACCEPT', 3, '123456789012'
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.1.5', '203.0.113.9', 443, 50000 + n, 6, 8, 4000, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 5, 'ACCEPT', 19, '123456789012'
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '2001:db8:9::7', '2001:db8::5', 50000, 514, 17, 1, 90, 1773194400, 1773194400, 'REJECT', NULL,
    '123456789012'
