-- id: just-under
-- title: Twenty-four addresses at once, ninety-nine within an hour, and thirty of which seven answer
-- expect: nothing
SELECT 'eni-' || n AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || n AS dstaddr, 50000 AS srcport,
    3389 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 24) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.2.' || n, 40000 + n, 22, 6, 2, 120, 1773196200 + 36 * n, 1773196203 + 36 * n,
    'ACCEPT', 2
FROM generate_series(0, 98) AS t(n)
UNION ALL
SELECT 'eni-6', '10.0.0.6', '10.0.3.' || n, 40000 + n, 22, 6, 2, 120, 1773194400 + n, 1773194402 + n, 'ACCEPT', 2
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-6', '10.0.3.' || n, '10.0.0.6', 22, 40000 + n, 6, 1, 44, 1773194400 + n, 1773194402 + n, 'ACCEPT', 18
FROM generate_series(1, 7) AS t(n)
