-- id: among-guesses
-- title: Forty-five guesses within five minutes; the twelfth is right, idles for a minute, and works while they go on
-- expect: high 203.0.113.9 > 10.0.0.1:22
-- says: a session of at least 37 seconds
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 3 AS packets, 2300 + 40 * (n % 3) AS bytes, 1773194400 + 6 * n AS start,
    1773194403 + 6 * n + CASE WHEN n = 12 THEN 50 ELSE 0 END AS "end", 'ACCEPT' AS action,
    CASE WHEN n = 12 THEN 2 ELSE 3 END AS tcp_flags
FROM generate_series(1, 45) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 13, 2700, 1773194400 + 6 * n, 1773194403 + 6 * n,
    'ACCEPT', 19
FROM generate_series(1, 45) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40012, 22, 6, 90, 12000, 1773194532 + 60 * n, 1773194587 + 60 * n, 'ACCEPT',
    0
FROM generate_series(0, 2) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40012, 6, 110, 60000, 1773194532 + 60 * n, 1773194587 + 60 * n, 'ACCEPT',
    16
FROM generate_series(0, 2) AS t(n)
