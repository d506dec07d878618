-- id: queries
-- title: An application opens a connection for every request, several a second, and the answers differ
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 3306 AS dstport,
    6 AS protocol, 7 + n * n % 17 + n % 7 AS packets, 900 + 90 * (n * n % 17) AS bytes, 1773194400 + n / 3 AS start,
    1773194401 + n / 3 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 1799) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 3306, 10000 + n, 6, 12, 9000, 1773194400 + n / 3, 1773194401 + n / 3,
    'ACCEPT', 19
FROM generate_series(0, 1799) AS t(n)
