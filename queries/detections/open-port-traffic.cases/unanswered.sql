-- id: unanswered
-- title: Probes of an open port behind which nothing listens, and of ports that are closed
-- expect: nothing
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-1' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport,
    3306 + 5 * (n % 2) AS dstport, 6 AS protocol, 2 AS packets, 88 AS bytes, 1773194400 + n AS start,
    1773194403 + n AS "end", CASE WHEN n % 2 = 0 THEN 'ACCEPT' ELSE 'REJECT' END AS action, 2 AS tcp_flags
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 3306, 40000, 6, 1, 40, 1773194400 + n, 1773194403 + n, 'ACCEPT', 4
FROM generate_series(2, 200, 2) AS t(n)
