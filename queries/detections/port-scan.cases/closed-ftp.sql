-- id: closed-ftp
-- title: A scan of four hundred ports keeps the closed port 21 busy meanwhile
-- expect: medium 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    2000 + n AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n / 2 AS start,
    1773194400 + n / 2 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 399) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 2000 + n, 40000 + n, 6, 1, 40, 1773194400 + n / 2, 1773194400 + n / 2,
    'ACCEPT', 4
FROM generate_series(0, 399) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 21, 6, 400, 16000, 1773194400, 1773194455, 'ACCEPT', 2
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 21, 39999, 6, 400, 16000, 1773194400, 1773194455, 'ACCEPT', 4
