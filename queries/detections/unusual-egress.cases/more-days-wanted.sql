-- id: more-days-wanted
-- title: A host sends 3 GB at two in the morning for the fourth time, and a week of history is wanted
-- params: history_days=7
-- judged: last
-- expect: high 10.0.0.5 > 203.0.113.20:443
-- says: usually 120.0 kB an hour
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.30' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 86400 * day + 1800 * n AS start,
    1773187205 + 86400 * day + 1800 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 3) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.20', 39999, 443, 6, 220000, 300000000, 1773187200 + 86400 * day + 7200 + 300 * n,
    1773187499 + 86400 * day + 7200 + 300 * n, 'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 3) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
