-- id: slow-guesses
-- title: Forty-five guesses within five minutes, of which every fifth takes its time and is cut in two
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, CASE WHEN n % 5 = 0 THEN 5 ELSE 14 + n % 3 END AS packets,
    CASE WHEN n % 5 = 0 THEN 700 ELSE 2300 + 40 * (n % 3) END AS bytes, 1773194400 + 6 * n AS start,
    1773194403 + 6 * n AS "end", 'ACCEPT' AS action, CASE WHEN n % 5 = 0 THEN 2 ELSE 3 END AS tcp_flags
FROM generate_series(1, 45) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 13, 2700, 1773194400 + 6 * n, 1773194403 + 6 * n,
    'ACCEPT', 19
FROM generate_series(1, 45) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 22, 6, 11, 2250, 1773194410 + 6 * n, 1773194412 + 6 * n, 'ACCEPT',
    1
FROM generate_series(5, 45, 5) AS t(n)
