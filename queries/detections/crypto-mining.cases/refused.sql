-- id: refused
-- title: The pool refuses every connection, for two hours; without flags its RST looks like an answer
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 + n AS srcport,
    3333 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 1 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 3333, 40000 + n, 6, 1, 40, 1773194400 + 60 * n, 1773194400 + 60 * n + 1,
    'ACCEPT'
FROM generate_series(0, 119) AS t(n)
