-- id: two-interfaces
-- title: A range of ports that neither of two application servers was asked at
-- expect: info - > -
-- shows: nothing
-- security-groups: groups.json
-- interfaces: app.json
-- says: on 2 interfaces, in the up to 23.5 hours from the first to the last record of each on 2026-03-11
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 1800 * n AS start,
    1773187200 + 1800 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, '123456789012' AS account_id
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 443, 50000 + n, 6, 8, 4000, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 5, 'ACCEPT', 19, '123456789012'
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-2', '203.0.113.9', '10.0.0.6', 50000 + n, 443, 6, 8, 900, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 5, 'ACCEPT', 3, '123456789012'
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-2', '10.0.0.6', '203.0.113.9', 443, 50000 + n, 6, 8, 4000, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 5, 'ACCEPT', 19, '123456789012'
FROM generate_series(0, 47) AS t(n)
