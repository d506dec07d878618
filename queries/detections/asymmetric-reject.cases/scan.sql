-- id: scan
-- title: A scanner tries two hundred ports; what the closed ones answer is rejected
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 1 + n AS dstport,
    6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags
FROM generate_series(0, 199) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 1 + n, 40000, 6, 1, 40, 1773194400 + n, 1773194400 + n, 'REJECT', 4
FROM generate_series(0, 199) AS t(n)
