-- id: padded
-- title: A stranger tries four hundred passwords within twenty minutes, with user names of up to 9 kB
-- expect: medium 203.0.113.9 > 10.0.0.1:3306
-- says: that differ
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3306 AS dstport,
    6 AS protocol, 6 + n * 7919 % 31 * (n * 31 % 7) / 6 AS packets, 500 + 85 * (n * 7919 % 101) AS bytes,
    1773194400 + 3 * n AS start, 1773194401 + 3 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 400) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3306, 40000 + n, 6, 6 + n % 3, 480 + 52 * (n % 3), 1773194400 + 3 * n,
    1773194401 + 3 * n, 'ACCEPT', 19
FROM generate_series(1, 400) AS t(n)
