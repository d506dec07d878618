-- id: public-resolver
-- title: A busy host that looks names up at a public resolver, twenty a second
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '8.8.8.8' AS dstaddr, 1024 + n AS srcport, 53 AS dstport,
    17 AS protocol, 2 AS packets, 140 AS bytes, 1773194400 + n / 10 AS start, 1773194400 + n / 10 AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 5999) AS t(n)
UNION ALL
SELECT 'eni-1', '8.8.8.8', '10.0.0.5', 53, 1024 + n, 17, 2, 900, 1773194400 + n / 10, 1773194400 + n / 10, 'ACCEPT', 0
FROM generate_series(0, 5999) AS t(n)
