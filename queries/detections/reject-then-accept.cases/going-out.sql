-- id: going-out
-- title: A host of ours that is rejected on its way out and then reaches the same server is not let in anywhere of ours
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 + n AS srcport,
    8000 + n AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + 20 * n AS start,
    1773194401 + 20 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 41000, 443, 6, 900, 90000, 1773198000, 1773198300, 'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 41000, 6, 2400, 3000000, 1773198000, 1773198300, 'ACCEPT', 19
