-- id: both-ends
-- title: A host of ours tries 120 ports of another, recorded at both ends; two of them answer
-- expect: high 10.0.0.5 > 10.0.0.1
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, n AS dstport,
    6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start, 1773194401 + n AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags, 'egress' AS flow_direction
FROM generate_series(1, 120) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 40000 + n, n, 6, 1, 44, 1773194400 + n, 1773194401 + n,
    CASE WHEN n IN (22, 80) THEN 'ACCEPT' ELSE 'REJECT' END, 2, 'ingress'
FROM generate_series(1, 120) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', n, 40000 + n, 6, 1, 44, 1773194400 + n, 1773194401 + n, 'ACCEPT', 18, 'egress'
FROM generate_series(1, 120) AS t(n)
WHERE n IN (22, 80)
UNION ALL
SELECT 'eni-5', '10.0.0.1', '10.0.0.5', n, 40000 + n, 6, 1, 44, 1773194400 + n, 1773194401 + n, 'ACCEPT', 18, 'ingress'
FROM generate_series(1, 120) AS t(n)
WHERE n IN (22, 80)
