-- id: syn-let-through
-- title: Nine hours, and amid them a SYN of the other side passes as part of the connection
-- expect: medium 10.0.0.5 > 203.0.113.9:20000
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 44444 AS srcport, 20000 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194400 + 60 * n AS start, 1773194450 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 539) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 20000, 44444, 6, 5, 900, 1773194400 + 60 * n, 1773194450 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 539) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 20000, 44444, 6, 1, 44, 1773198001, 1773198001, 'ACCEPT', 2
