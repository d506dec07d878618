-- id: file-share-outside
-- title: A host of ours uses one file share on the internet, and two directories
-- expect: low 10.0.0.1 > 203.0.113.9:445; low 10.0.0.1 > -:389
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 50000 AS srcport, 445 AS dstport,
    6 AS protocol, 40 AS packets, 9000 AS bytes, 1773194400 AS start, 1773194440 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 445, 50000, 6, 60, 90000, 1773194400, 1773194440, 'ACCEPT', 19
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 50001, 389, 6, 40, 9000, 1773194400, 1773194440, 'ACCEPT', 3
FROM generate_series(20, 21) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 389, 50001, 6, 60, 90000, 1773194400, 1773194440, 'ACCEPT', 19
FROM generate_series(20, 21) AS t(n)
