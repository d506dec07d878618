-- id: copies
-- title: Thirty short copies that carry very different amounts, from a few packets to some hundred
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 12 + 9 * (n % 7) * (n % 3) AS packets, 900 * (1 + n % 7) AS bytes, 1773194400 + 15 * n AS start,
    1773194410 + 15 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.1', '10.0.0.5', 22, 40000 + n, 6, 12, 2400, 1773194400 + 15 * n, 1773194410 + 15 * n, 'ACCEPT',
    19
FROM generate_series(1, 30) AS t(n)
