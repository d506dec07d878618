-- id: our-resolver
-- title: Public resolvers ask a name server of ours from port 53
-- expect: nothing
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    53 AS srcport, 53 AS dstport, 17 AS protocol, 20 AS packets, 20 * 80 AS bytes, 1773194400 + n AS start,
    1773194400 + n + 5 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 49) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.18.' || (n / 250) || '.' || (n % 250), 53, 53, 17, 20, 20 * 900, 1773194400 + n,
    1773194400 + n + 5, 'ACCEPT'
FROM generate_series(0, 49) AS t(n)
