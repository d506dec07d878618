-- id: rejects-only
-- title: A flow log that records only what was rejected
-- expect: nothing
-- security-groups: groups.json
-- interfaces: web.json
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 50000 + n AS srcport,
    81 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773187200 + 1800 * n AS start,
    1773187200 + 1800 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags, '123456789012' AS account_id
FROM generate_series(0, 47) AS t(n)
