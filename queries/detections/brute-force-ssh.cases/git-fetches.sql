-- id: git-fetches
-- title: An office behind one address fetches from a git server of ours four hundred times within an hour
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 16 + n * 7919 % 97 * (n * 31 % 7) / 6 AS packets, 3000 + 52 * (n * 7919 % 97) AS bytes,
    1773194400 + 9 * n AS start, 1773194403 + 9 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 400) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 20 + n * 7919 % 97 * (n * 31 % 7) / 3,
    6200 + 2900 * (n * 7919 % 97) * (n * 31 % 7) / 3, 1773194400 + 9 * n, 1773194403 + 9 * n, 'ACCEPT', 19
FROM generate_series(1, 400) AS t(n)
