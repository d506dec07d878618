-- id: megabyte-over-https
-- title: A megabyte goes to a resolver over HTTPS
-- expect: medium 10.0.0.5 > 1.1.1.1:443
-- judged: last
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 12 AS packets, 1900 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.53', '10.0.0.5', 53, 40000 + n, 17, 14, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 0
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '1.1.1.1', 50000 + n, 443, 6, 100, 10000, 1773187200 + 900000 + 60 * n,
    1773187201 + 900000 + 60 * n, 'ACCEPT', 3
FROM generate_series(1, 100) AS t(n)
UNION ALL
SELECT 'eni-1', '1.1.1.1', '10.0.0.5', 443, 50000 + n, 6, 100, 20000, 1773187200 + 900000 + 60 * n,
    1773187201 + 900000 + 60 * n, 'ACCEPT', 19
FROM generate_series(1, 100) AS t(n)
