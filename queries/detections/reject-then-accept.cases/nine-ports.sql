-- id: nine-ports
-- title: Nine closed ports, just under the threshold, and then a session
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 8000 + n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 20 * n AS start, 1773194401 + 20 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 8) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000, 443, 6, 900, 90000, 1773198000, 1773198300, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 41000, 6, 2400, 3000000, 1773198000, 1773198300, 'ACCEPT', 19
