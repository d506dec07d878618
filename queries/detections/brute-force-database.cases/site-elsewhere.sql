-- id: site-elsewhere
-- title: A site hosted elsewhere opens a connection for each of a thousand pages within the hour and gets its rows
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 3306 AS dstport,
    6 AS protocol, 8 + n * 7919 % 31 * (n * 31 % 7) / 6 AS packets, 700 + 85 * (n * 7919 % 101) AS bytes,
    1773194400 + 3 * n AS start, 1773194401 + 3 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 1000) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3306, 10000 + n, 6, 8 + n % 19, 900 + 90 * (n * 7919 % 101),
    1773194400 + 3 * n, 1773194401 + 3 * n, 'ACCEPT', 19
FROM generate_series(1, 1000) AS t(n)
