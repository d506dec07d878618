-- id: inside
-- title: File shares, desktops and caches inside the VPC
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.1.5' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport,
    CASE n WHEN 1 THEN 445 WHEN 2 THEN 3389 ELSE 6379 END AS dstport, 6 AS protocol, 40 AS packets, 9000 AS bytes,
    1773194400 AS start, 1773194440 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 3) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', CASE n WHEN 1 THEN 445 WHEN 2 THEN 3389 ELSE 6379 END, 50000, 6, 60, 90000,
    1773194400, 1773194440, 'ACCEPT', 19
FROM generate_series(1, 3) AS t(n)
