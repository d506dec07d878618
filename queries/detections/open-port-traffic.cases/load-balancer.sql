-- id: load-balancer
-- title: A hundred and fifty clients visit a load balancer on the ports that are meant for them
-- expect: nothing
-- security-groups: security-groups.json
-- interfaces: interfaces.json
SELECT 'eni-2' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.2' AS dstaddr, 40000 + n AS srcport,
    CASE WHEN n % 9 = 0 THEN 80 ELSE 443 END AS dstport, 6 AS protocol, 20 AS packets, 3000 AS bytes,
    1773194400 + n AS start, 1773194405 + n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 150) AS t(n)
UNION ALL
SELECT 'eni-2', '10.0.0.2', '203.0.113.' || n, CASE WHEN n % 9 = 0 THEN 80 ELSE 443 END, 40000 + n, 6, 40, 60000,
    1773194400 + n, 1773194405 + n, 'ACCEPT', 19
FROM generate_series(1, 150) AS t(n)
