-- id: scan-goes-on
-- title: The thirtieth of a hundred ports answers a scanner with four packets, and it goes on
-- expect: low 203.0.113.9 > 10.0.0.1
-- says: was rejected at 29 ports of 10.0.0.1 and then let in at port 443 (https); it went on and was rejected at 70 more
--   ports
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport,
    8000 + n AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 20 * n AS start,
    1773194401 + 20 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 100) AS t(n)
WHERE n <> 30
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000, 443, 6, 2, 80, 1773195000, 1773195001, 'ACCEPT', 6
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 40000, 6, 1, 44, 1773195000, 1773195001, 'ACCEPT', 18
