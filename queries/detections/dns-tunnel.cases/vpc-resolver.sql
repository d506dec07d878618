-- id: vpc-resolver
-- title: As much as a tunnel, but to the resolvers of Amazon
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, resolver AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1700 AS packets, 400000 AS bytes, 1773194400 + 60 * n AS start, 1773194455 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
CROSS JOIN (VALUES ('10.0.0.2'), ('169.254.169.253')) AS r(resolver)
