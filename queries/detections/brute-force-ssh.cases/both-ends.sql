-- id: both-ends
-- title: A host of ours tries sixty passwords at another, recorded at both ends
-- expect: medium 10.0.0.5 > 10.0.0.1:22
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 15 AS packets, 1900 AS bytes, 1773194400 + 8 * n AS start, 1773194404 + 8 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags, 'egress' AS flow_direction
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.1', '10.0.0.5', 22, 40000 + n, 6, 12, 2400, 1773194400 + 8 * n, 1773194404 + 8 * n, 'ACCEPT',
    19, 'ingress'
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 40000 + n, 22, 6, 15, 1900, 1773194400 + 8 * n, 1773194404 + 8 * n, 'ACCEPT', 3,
    'ingress'
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 22, 40000 + n, 6, 12, 2400, 1773194400 + 8 * n, 1773194404 + 8 * n, 'ACCEPT',
    19, 'egress'
FROM generate_series(1, 60) AS t(n)
