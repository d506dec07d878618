-- id: one-value-for-both
-- title: Fifty ports are asked for within five minutes as within an hour, and sixty are tried
-- expect: low 203.0.113.9 > 10.0.0.1
-- params: ports=50
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 8000 + n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 2 * n AS start, 1773194400 + 2 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 60) AS t(n)
