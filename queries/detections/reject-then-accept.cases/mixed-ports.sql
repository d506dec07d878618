-- id: mixed-ports
-- title: A scan of four known and eight high ports looks closely at 21, which lets it in
-- expect: medium 203.0.113.9 > 10.0.0.1
-- says: was rejected at 12 ports
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 45000 + n AS srcport,
    CASE WHEN n <= 4 THEN 100 * n ELSE 1000 * n END AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes,
    1773194410 + n AS start, 1773194410 + n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000, 21, 6, 40, 2900, 1773194500, 1773194510, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 21, 41000, 6, 39, 40000, 1773194500, 1773194510, 'ACCEPT', 19
