-- id: nineteen
-- title: Nineteen connections in ten minutes, just under the threshold
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5985 AS dstport,
    6 AS protocol, 9 + n % 5 AS packets, 1900 AS bytes, 1773194400 + 30 * n AS start, 1773194401 + 30 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 18) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 5985, 40000 + n, 6, 9, 2000, 1773194400 + 30 * n, 1773194401 + 30 * n,
    'ACCEPT', 19
FROM generate_series(0, 18) AS t(n)
