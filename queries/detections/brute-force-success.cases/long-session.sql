-- id: long-session
-- title: Two hundred guesses, and ten minutes after the last a session of half an hour
-- expect: critical 203.0.113.9 > 10.0.0.1:22
-- says: 200 times in connections of about 15 packets, and then sent about 2790 packets
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 3 AS packets, 2300 + 40 * (n % 3) AS bytes, 1773194400 + 4 * n AS start,
    1773194403 + 4 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 13, 2700, 1773194400 + 4 * n, 1773194403 + 4 * n,
    'ACCEPT', 19
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 22, 6, 90, 9000, 1773195800 + 60 * n, 1773195859 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 WHEN n = 30 THEN 1 ELSE 0 END
FROM generate_series(0, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 39999, 6, 110, 60000, 1773195800 + 60 * n, 1773195859 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 WHEN n = 30 THEN 1 ELSE 0 END
FROM generate_series(0, 30) AS t(n)
