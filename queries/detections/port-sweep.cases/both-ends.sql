-- id: both-ends
-- title: A host of ours looks for file shares on sixty others, recorded at both ends
-- expect: medium 10.0.0.5 > -:445
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport, 445 AS dstport,
    6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start, 1773194401 + n AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags, 'egress' AS flow_direction
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1' || n, '10.0.0.5', '10.0.1.' || n, 40000 + n, 445, 6, 1, 44, 1773194400 + n, 1773194401 + n,
    CASE WHEN n % 20 = 0 THEN 'ACCEPT' ELSE 'REJECT' END, 2, 'ingress'
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1' || n, '10.0.1.' || n, '10.0.0.5', 445, 40000 + n, 6, 1, 44, 1773194400 + n, 1773194401 + n, 'ACCEPT', 18,
    'egress'
FROM generate_series(20, 60, 20) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || n, '10.0.0.5', 445, 40000 + n, 6, 1, 44, 1773194400 + n, 1773194401 + n, 'ACCEPT', 18,
    'ingress'
FROM generate_series(20, 60, 20) AS t(n)
