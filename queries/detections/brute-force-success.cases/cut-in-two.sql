-- id: cut-in-two
-- title: Guesses without TCP flags, of which every tenth is cut in two by the end of five minutes, and then a session
-- expect: critical 203.0.113.9 > 10.0.0.1:3389
-- says: 100 times in connections of about 8 packets, and then sent about 245 packets in a session of 5 minutes
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, CASE WHEN n % 10 = 0 THEN 3 ELSE 8 END AS packets,
    CASE WHEN n % 10 = 0 THEN 1200 ELSE 3200 END AS bytes,
    1773194100 + 30 * n - CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END AS start, 1773194100 + 30 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 100) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 3389, 6, 5, 2000, 1773194100 + 30 * n, 1773194101 + 30 * n,
    'ACCEPT'
FROM generate_series(10, 100, 10) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 40000 + n, 6, 7, 3000, 1773194100 + 30 * n, 1773194101 + 30 * n,
    'ACCEPT'
FROM generate_series(1, 100) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 3389, 6, 58, 9000, 1773198060 + 60 * n, 1773198119 + 60 * n, 'ACCEPT'
FROM generate_series(0, 3) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 39999, 6, 70, 60000, 1773198060 + 60 * n, 1773198119 + 60 * n, 'ACCEPT'
FROM generate_series(0, 3) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 3389, 6, 13, 8400, 1773198300, 1773198350, 'ACCEPT'
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 39999, 6, 15, 9000, 1773198300, 1773198350, 'ACCEPT'
