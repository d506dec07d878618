-- id: visitor
-- title: A service on the internet checks a site of ours every second
-- expect: nothing
-- params: attempts=100
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 1024 + n % 60000 AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773194400 + n AS start, 1773194400 + n + 1 AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 999) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 1024 + n % 60000, 6, 8, 4000, 1773194400 + n, 1773194400 + n + 1,
    'ACCEPT', 19
FROM generate_series(0, 999) AS t(n)
