-- id: knocked-before
-- title: A host to which nothing was let for ten days answers on the last
-- expect: high - > 10.0.0.1:22
-- judged: last
SELECT 'eni-1' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport,
    22 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773187200 + 86400 * day + 600 * n AS start,
    1773187201 + 86400 * day + 600 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 9) AS d(day)
CROSS JOIN generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 50000 + n, 22, 6, 20, 3000, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT', 3
FROM generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 22, 50000 + n, 6, 20, 4000, 1773187200 + 900000 + 60 * n,
    1773187205 + 900000 + 60 * n, 'ACCEPT', 19
FROM generate_series(1, 20) AS t(n)
