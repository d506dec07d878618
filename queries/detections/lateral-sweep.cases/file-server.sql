-- id: file-server
-- title: Two hundred clients use one file server; its replies go to all of them
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.1.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 445 AS dstport,
    6 AS protocol, 80 AS packets, 9000 AS bytes, 1773194400 + 10 * n AS start, 1773194450 + 10 * n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.' || n, 445, 40000 + n, 6, 90, 90000, 1773194400 + 10 * n, 1773194450 + 10 * n,
    'ACCEPT', 18
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.' || n, 445, 40000 + n, 6, 90, 90000, 1773194460 + 10 * n, 1773194510 + 10 * n,
    'ACCEPT', 0
FROM generate_series(1, 200) AS t(n)
