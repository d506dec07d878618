-- id: polls-and-clones
-- title: A build host asks a git server outside every twenty seconds for three hours, and then clones much
-- expect: medium 10.0.0.5 > 203.0.113.22:22
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.22' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 AS packets, 2600 AS bytes, 1773187200 + 20 * n AS start, 1773187202 + 20 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 539) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.22', '10.0.0.5', 22, 40000 + n, 6, 12, 3400, 1773187200 + 20 * n, 1773187202 + 20 * n,
    'ACCEPT', 19
FROM generate_series(0, 539) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.22', 52000, 22, 6, 30000, 2000000, 1773198100, 1773198360, 'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '203.0.113.22', '10.0.0.5', 22, 52000, 6, 400000, 500000000, 1773198100, 1773198360, 'ACCEPT', 19
