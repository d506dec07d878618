-- id: forgotten-ssh
-- title: A web server whose port 22 is open to the world, and nobody came in a day
-- expect: low - > 10.0.0.5:22
-- says: on 1 interface, in the 23.5 hours from its first to its last record on 2026-03-11
-- shows: nothing
-- security-groups: groups.json
-- interfaces: web.json
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 1800 * n AS start,
    1773187200 + 1800 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, '123456789012' AS account_id
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 443, 50000 + n, 6, 8, 4000, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 5, 'ACCEPT', 19, '123456789012'
FROM generate_series(0, 47) AS t(n)
