-- id: without-flags
-- title: Sixteen ports in half a minute, of which that of FTP answers, in records without TCP flags
-- expect: low 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    8000 + n AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 2 * n AS start,
    1773194402 + 2 * n AS "end", 'REJECT' AS action
FROM generate_series(1, 15) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000, 21, 6, 4, 180, 1773194400, 1773194401, 'ACCEPT'
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 21, 40000, 6, 3, 160, 1773194400, 1773194401, 'ACCEPT'
