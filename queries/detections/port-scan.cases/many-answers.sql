-- id: many-answers
-- title: A busy client whose connections to thirty ports are all answered, as with passive FTP
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    50000 + n AS dstport, 6 AS protocol, 10 AS packets, 4000 AS bytes, 1773194400 + 2 * n AS start,
    1773194402 + 2 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 50000 + n, 40000 + n, 6, 8, 90000, 1773194400 + 2 * n,
    1773194402 + 2 * n, 'ACCEPT', 19
FROM generate_series(1, 30) AS t(n)
