-- id: usual-protocols
-- title: Ping, GRE, IPsec and SCTP
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 0 AS srcport, 0 AS dstport,
    CASE n WHEN 1 THEN 1 WHEN 2 THEN 47 WHEN 3 THEN 50 WHEN 4 THEN 51 WHEN 5 THEN 58 ELSE 132 END AS protocol,
    100 AS packets, 90000 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 50 AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 6) AS t(n)
