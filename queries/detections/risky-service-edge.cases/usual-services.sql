-- id: usual-services
-- title: Web, SSH, encrypted mail and directories across the edge
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport,
    CASE n WHEN 1 THEN 443 WHEN 2 THEN 22 WHEN 3 THEN 993 ELSE 636 END AS dstport, 6 AS protocol, 40 AS packets,
    9000 AS bytes, 1773194400 AS start, 1773194440 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 4) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', CASE n WHEN 1 THEN 443 WHEN 2 THEN 22 WHEN 3 THEN 993 ELSE 636 END,
    50000, 6, 60, 90000, 1773194400, 1773194440, 'ACCEPT', 19
FROM generate_series(1, 4) AS t(n)
