-- id: several-resolvers
-- title: One finding for a host that asks three resolvers; the sentence names the one it asks most
-- expect: info 10.0.0.5 > -:53
-- says: asked 3 resolvers that are not approved, most of all 9.9.9.9, in clear
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr,
    CASE WHEN n % 4 = 0 THEN '8.8.8.8' WHEN n % 4 = 1 THEN '1.1.1.1' ELSE '9.9.9.9' END AS dstaddr,
    40000 + n AS srcport, 53 AS dstport, 17 AS protocol, 1 AS packets, 70 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 99) AS t(n)
