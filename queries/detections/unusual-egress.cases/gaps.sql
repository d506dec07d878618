-- id: gaps
-- title: A host logs on seven days out of three weeks, and sends its backup on each
-- judged: last
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.30' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 86400 * day + 1800 * n AS start,
    1773187205 + 86400 * day + 1800 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
WHERE day IN (0, 3, 5, 6, 11, 12, 20)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.20', 39999, 443, 6, 220000, 300000000, 1773187200 + 86400 * day + 7200 + 300 * n,
    1773187499 + 86400 * day + 7200 + 300 * n, 'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
WHERE day IN (0, 3, 5, 6, 11, 12, 20)
