-- id: database
-- title: A database that served its own network for ten days answers eleven strangers on the last
-- expect: high - > 10.0.0.1:5432
-- says: 10.0.0.1 answered the internet at port 5432 (postgresql), which it did on none of 10 earlier days;
--   11 public addresses opened 44 connections and were sent 176.0 kB
-- judged: last
SELECT 'eni-1' AS interface_id, '10.0.2.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 20 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.2.9', 5432, 40000 + n, 6, 20, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || source, '10.0.0.1', 50000 + n, 5432, 6, 20, 3000, 1774051200 + 600 * n + source,
    1774051205 + 600 * n + source, 'ACCEPT', 3
FROM generate_series(1, 4) AS t(n)
CROSS JOIN generate_series(1, 11) AS s(source)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || source, 5432, 50000 + n, 6, 20, 4000, 1774051200 + 600 * n + source,
    1774051205 + 600 * n + source, 'ACCEPT', 19
FROM generate_series(1, 4) AS t(n)
CROSS JOIN generate_series(1, 11) AS s(source)
