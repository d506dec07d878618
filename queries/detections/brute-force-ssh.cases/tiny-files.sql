-- id: tiny-files
-- title: A partner logs in anew for each of two hundred files of up to a hundred kB within the hour
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n * 7919 % 97 * (n * 31 % 7) / 6 AS packets, 4000 + 900 * (n * 7919 % 97) AS bytes,
    1773194400 + 16 * n AS start, 1773194405 + 16 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 22 + n % 5, 5600 + 52 * (n % 5), 1773194400 + 16 * n,
    1773194405 + 16 * n, 'ACCEPT', 19
FROM generate_series(1, 200) AS t(n)
