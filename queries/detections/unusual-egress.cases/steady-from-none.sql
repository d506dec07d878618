-- id: steady-from-none
-- title: A host that sent next to nothing for three weeks sends 150 MB every hour
-- judged: last
-- expect: medium 10.0.0.5 > 203.0.113.9:443
-- says: 10.0.0.5 sent 3.6 GB to 203.0.113.9 in 24 clock hours; up to 150.1 MB in an hour, usually 120.0 kB at that
--   hour (over 20 days)
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.30' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 86400 * day + 1800 * n AS start,
    1773187205 + 86400 * day + 1800 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 39999, 443, 6, 9200, 12500000, 1773187200 + 86400 * day + 0 + 300 * n,
    1773187499 + 86400 * day + 0 + 300 * n, 'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(20, 20) AS d(day)
CROSS JOIN generate_series(0, 287) AS t(n)
