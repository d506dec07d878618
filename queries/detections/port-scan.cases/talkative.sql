-- id: talkative
-- title: A scan of ten known and ten high ports keeps a login by FTP busy meanwhile
-- expect: low 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 21 AS dstport,
    6 AS protocol, 90 AS packets, 5400 AS bytes, 1773194400 AS start, 1773194455 AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 21, 40000, 6, 70, 6100, 1773194400, 1773194455, 'ACCEPT', 18
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000 + n, CASE WHEN n % 2 = 0 THEN 70 + 13 * n ELSE 8000 + 271 * n END, 6,
    1, 44, 1773194400 + 2 * n, 1773194400 + 2 * n, 'REJECT', 2
FROM generate_series(1, 20) AS t(n)
