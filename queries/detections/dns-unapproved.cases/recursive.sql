-- id: recursive
-- title: Six resolvers of our own ask the same forty servers of names, and get one finding each
-- expect: info 10.0.0.1 > -:53; info 10.0.0.2 > -:53; info 10.0.0.3 > -:53;
--   info 10.0.0.4 > -:53; info 10.0.0.5 > -:53; info 10.0.0.6 > -:53
SELECT 'eni-' || host AS interface_id, '10.0.0.' || host AS srcaddr, '203.0.113.' || server AS dstaddr,
    40000 + n AS srcport, 53 AS dstport, 17 AS protocol, CASE WHEN server = 1 THEN 20 ELSE 9 END AS packets,
    CASE WHEN server = 1 THEN 1400 ELSE 630 END AS bytes, 1773194400 + 600 * n + host AS start,
    1773194400 + 600 * n + host AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 5) AS t(n)
CROSS JOIN generate_series(1, 6) AS h(host)
CROSS JOIN generate_series(1, 40) AS s(server)
