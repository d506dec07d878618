-- id: day-and-night
-- title: A miner talks to its pool for twelve hours on one connection
-- expect: critical 10.0.0.1 > 203.0.113.33:3333
-- says: for 12.0 hours
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 AS srcport, 3333 AS dstport,
    6 AS protocol, 12 AS packets, 1900 + n % 7 * 40 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 719) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 3333, 40000, 6, 14, 4200 + n % 5 * 90, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 719) AS t(n)
