-- id: a-day-later
-- title: Thirty guesses, and a session twenty-six hours after the last
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 15 AS packets, 2400 AS bytes, 1773194400 + 10 * n AS start, 1773194403 + 10 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 13, 2700, 1773194400 + 10 * n, 1773194403 + 10 * n,
    'ACCEPT', 19
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 22, 6, 900, 90000, 1773288300, 1773288900, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 39999, 6, 800, 160000, 1773288300, 1773288900, 'ACCEPT', 19
