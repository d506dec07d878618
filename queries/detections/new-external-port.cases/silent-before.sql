-- id: silent-before
-- title: An interface that logged nothing but silence for twenty days calls port 4444 for an hour
-- judged: last
-- expect: medium 10.0.0.5 > 203.0.113.9:4444
-- says: in 20 days of history; it used none there
SELECT 'eni-5' AS interface_id, NULL AS srcaddr, NULL AS dstaddr, NULL AS srcport, NULL AS dstport, NULL AS protocol,
    NULL AS packets, NULL AS bytes, 1773187200 + 86400 * day + 14400 * n AS start,
    1773187259 + 86400 * day + 14400 * n AS "end", NULL AS action, NULL AS tcp_flags, 'NODATA' AS log_status
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 50000 + n, 4444, 6, 40, 4000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 3, 'OK'
FROM generate_series(0, 11) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 4444, 50000 + n, 6, 30, 2000, 1774951200 + 300 * n, 1774951205 + 300 * n,
    'ACCEPT', 19, 'OK'
FROM generate_series(0, 11) AS t(n)
