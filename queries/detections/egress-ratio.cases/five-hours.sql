-- id: five-hours
-- title: Five other hours with traffic do not tell what is usual
-- skipped: needs 6 hours of logs, these span 5.2 hours
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.20' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 500 AS packets, 100000 AS bytes, 1773187260 + 3600 * n AS start,
    1773187310 + 3600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.20', '10.0.0.5', 443, 40000 + n, 6, 500, 4000000, 1773187260 + 3600 * n,
    1773187310 + 3600 * n, 'ACCEPT', 19
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 50000, 443, 6, 50000, 1500000000, 1773205800,
    1773205855, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 443, 50000, 6, 20000, 900000, 1773205800,
    1773205855, 'ACCEPT', 19
