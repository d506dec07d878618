-- id: just-under
-- title: Fourteen ports in half a minute, forty-nine within an hour, and twenty of which five answer
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 2 * n AS start, 1773194402 + 2 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 14) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.8', '10.0.0.1', 40000, n, 6, 1, 40, 1773194400 + 73 * n, 1773194402 + 73 * n, 'REJECT', 2
FROM generate_series(1, 49) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.7', '10.0.0.1', 40000, n, 6, 1, 40, 1773194400 + n, 1773194402 + n,
    CASE WHEN n % 4 = 0 THEN 'ACCEPT' ELSE 'REJECT' END, 2
FROM generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.7', n, 40000, 6, 1, 44, 1773194400 + n, 1773194402 + n, 'ACCEPT', 18
FROM generate_series(4, 20, 4) AS t(n)
