-- id: among-queries
-- title: A host asks two resolvers of its own while twenty others flood it
-- expect: low - > 10.0.0.1:40000
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    53 AS srcport, 40000 AS dstport, 17 AS protocol, 50 AS packets, 50 * 1200 AS bytes,
    1773194400 + n % 200 AS start, 1773194400 + n % 200 + 5 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 19) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.' || (n % 2), 50000 + n, 53, 17, 1, 70, 1773194400 + n, 1773194400 + n,
    'ACCEPT'
FROM generate_series(0, 199) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.' || (n % 2), '10.0.0.1', 53, 50000 + n, 17, 2, 1900, 1773194400 + n, 1773194400 + n,
    'ACCEPT'
FROM generate_series(0, 199) AS t(n)
