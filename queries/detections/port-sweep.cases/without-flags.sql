-- id: without-flags
-- title: A host of ours tries remote desktop on thirty others, of which two answer, in records without TCP flags
-- expect: medium 10.0.0.5 > -:3389
-- says: tried port 3389 (rdp) of 30 hosts inside in 30 attempts; 2 answered: 10.0.1.10, 10.0.1.20
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 2 AS packets, 104 AS bytes, 1773194400 + 4 * n AS start, 1773194403 + 4 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || n, '10.0.0.5', 3389, 40000 + n, 6, 1, 44, 1773194400 + 4 * n, 1773194403 + 4 * n, 'ACCEPT'
FROM generate_series(10, 20, 10) AS t(n)
