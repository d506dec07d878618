-- id: sweep-at-work
-- title: A host looks for file shares at a hundred addresses, and its ordinary work fails here and there
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport, 445 AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags
FROM generate_series(1, 98) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.2.' || n, 50000 + n, 440 + n % 5, 6, 1, 40, 1773194400 + 900 * n,
    1773194400 + 900 * n, 'ACCEPT', 2
FROM generate_series(1, 15) AS t(n)
