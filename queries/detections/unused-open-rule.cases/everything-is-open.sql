-- id: everything-is-open
-- title: A rule for all traffic, and a ping
-- expect: nothing
-- security-groups: groups.json
-- interfaces: all.json
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 8 AS packets, 672 AS bytes, 1773190200 AS start, 1773190210 AS "end", 'ACCEPT' AS action,
    '123456789012' AS account_id
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 0, 0, 1, 8, 672, 1773190200, 1773190210, 'ACCEPT', '123456789012'
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 50000, 81, 6, 1, 44, 1773187200 + 1800 * n, 1773187200 + 1800 * n,
    'REJECT', '123456789012'
FROM generate_series(0, 47) AS t(n)
