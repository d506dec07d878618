-- id: many-queries
-- title: More than a thousand small queries a minute for five minutes
-- expect: low 10.0.0.5 > 203.0.113.53:53
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 1024 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1 AS packets, 80 AS bytes, 1773194400 + n / 18 AS start, 1773194400 + n / 18 AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 5199) AS t(n)
