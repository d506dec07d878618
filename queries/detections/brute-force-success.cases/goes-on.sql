-- id: goes-on
-- title: Other names are tried after the one that let the guesser in, as often as before
-- expect: high 203.0.113.9 > 10.0.0.1:3389
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 18 + n % 4 AS packets, 2900 + 50 * (n % 4) AS bytes, 1773194400 + 5 * n AS start,
    1773194402 + 5 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 2000) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 10000 + n, 6, 15, 3000, 1773194400 + 5 * n, 1773194402 + 5 * n,
    'ACCEPT', 19
FROM generate_series(1, 2000) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 9999, 3389, 6, 1500, 160000, 1773199200 + 60 * n, 1773199259 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 12) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 9999, 6, 2500, 1900000, 1773199200 + 60 * n, 1773199259 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 12) AS t(n)
