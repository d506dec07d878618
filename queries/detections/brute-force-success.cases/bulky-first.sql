-- id: bulky-first
-- title: One bulky connection of less than a minute comes before the guesses, to look like a login
-- expect: high 203.0.113.9 > 10.0.0.1:22
-- says: a session of 48 seconds
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, CASE WHEN n = 40 THEN 240 ELSE 14 + n % 3 END AS packets,
    CASE WHEN n = 40 THEN 38000 ELSE 2300 + 40 * (n % 3) END AS bytes, 1773194400 + 6 * n AS start,
    1773194403 + 6 * n + CASE WHEN n = 40 THEN 45 ELSE 0 END AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 13, 2700, 1773194400 + 6 * n, 1773194403 + 6 * n,
    'ACCEPT', 19
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39000, 22, 6, 150, 30000, 1773193500, 1773193550, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 39000, 6, 20, 4000, 1773193500, 1773193550, 'ACCEPT', 19
