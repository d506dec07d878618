-- id: diluted
-- title: Two hours of queries of 220 bytes, among as many of 60 that look names up
-- expect: medium 10.0.0.5 > 203.0.113.53:53
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 167 AS packets, 167 * CASE n % 2 WHEN 0 THEN 220 ELSE 60 END AS bytes,
    1773194400 + 30 * n AS start, 1773194425 + 30 * n AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 239) AS t(n)
