-- id: padded
-- title: A stranger tries three hundred passwords within forty minutes, each in a request of another size
-- expect: medium 203.0.113.9 > 10.0.0.1:5986
-- says: that differ
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5986 AS dstport,
    6 AS protocol, 8 + n * 7919 % 97 * (n * 31 % 7) / 6 AS packets, 2500 + 150 * (n * 7919 % 101) AS bytes,
    1773194400 + 8 * n AS start, 1773194403 + 8 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 300) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 5986, 40000 + n, 6, 12 + n % 5, 4200 + 52 * (n % 5), 1773194400 + 8 * n,
    1773194403 + 8 * n, 'ACCEPT', 19
FROM generate_series(1, 300) AS t(n)
