-- id: pulled-from-a-database
-- title: Of three addresses outside that use a database one takes 5 GB
-- expect: high - > 10.0.0.1:5432
-- says: 3 public addresses used port 5432 (postgresql) of 10.0.0.1 in 30 connections; 203.0.113.1 took 5.0 GB
SELECT 'eni-1' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + i AS srcport,
    5432 AS dstport, 6 AS protocol, 500000 AS packets, 26000000 AS bytes, 1773194400 + 100 * i AS start,
    1773194490 + 100 * i AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 9) AS t(i)
CROSS JOIN generate_series(1, 3) AS p(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 5432, 50000 + i, 6, 1100000,
    CASE n WHEN 1 THEN 500000000 ELSE 90000000 END, 1773194400 + 100 * i, 1773194490 + 100 * i, 'ACCEPT', 19
FROM generate_series(0, 9) AS t(i)
CROSS JOIN generate_series(1, 3) AS p(n)
