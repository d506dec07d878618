-- id: one-value-for-both
-- title: A hundred hosts are asked for within five minutes as within an hour, and a hundred and twenty are tried
-- expect: medium 203.0.113.9 > -:3389
-- params: targets=100
SELECT 'eni-' || n AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || n AS dstaddr, 40000 AS srcport,
    3389 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 120) AS t(n)
