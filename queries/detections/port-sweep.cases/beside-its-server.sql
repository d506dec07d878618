-- id: beside-its-server
-- title: A host that uses a file server all day tries forty hosts for file shares within a minute
-- expect: medium 10.0.0.9 > -:445
SELECT 'eni-9' AS interface_id, '10.0.0.9' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport,
    445 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.0.9', '10.0.2.1', 50000 + n, 445, 6, 20, 3000, 1773187200 + 60 * n, 1773187210 + 60 * n, 'ACCEPT', 3
FROM generate_series(0, 1399) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.2.1', '10.0.0.9', 445, 50000 + n, 6, 20, 9000, 1773187200 + 60 * n, 1773187210 + 60 * n, 'ACCEPT', 19
FROM generate_series(0, 1399) AS t(n)
