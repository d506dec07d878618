-- id: padded
-- title: A stranger tries two hundred passwords within fifty minutes, each in a connection of another size
-- expect: medium 203.0.113.9 > 10.0.0.1:3389
-- says: that differ
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 8 + n * 7919 % 97 * (n * 31 % 7) / 6 AS packets, 2500 + 150 * (n * 7919 % 101) AS bytes,
    1773194400 + 15 * n AS start, 1773194403 + 15 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 40000 + n, 6, 12 + n % 5, 3700 + 52 * (n % 5), 1773194400 + 15 * n,
    1773194403 + 15 * n, 'ACCEPT', 19
FROM generate_series(1, 200) AS t(n)
