-- id: only-guesses
-- title: Three hundred guesses, each cut in two by the end of a record, and none is right
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 12 AS packets, 2100 + n % 80 AS bytes, 1773194400 + 3 * n AS start, 1773194402 + 3 * n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 300) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 10, 2300, 1773194400 + 3 * n, 1773194402 + 3 * n,
    'ACCEPT', 18
FROM generate_series(1, 300) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 22, 6, 5, 700, 1773194403 + 3 * n, 1773194410 + 3 * n,
    'ACCEPT', 1
FROM generate_series(1, 300) AS t(n)
