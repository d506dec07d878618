-- id: ten-minutes-early
-- title: The scan of every night comes ten minutes early
-- judged: last
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 86400 * day + 1800 * n AS start,
    1773187201 + 86400 * day + 1800 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.250', 443, 30000 + n, 6, 8, 4000, 1773187200 + 86400 * day + 1800 * n,
    1773187201 + 86400 * day + 1800 * n, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.7', '10.0.0.1', 40000 + n, 23, 6, 1, 40, 1773187500 + 86400 * day + 1800 * n,
    1773187500 + 86400 * day + 1800 * n, 'REJECT', 2
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 2000 + n, 3389, 6, 1, 44, 1773187200 + 86400 * day + 7200 + 3 * n,
    1773187200 + 86400 * day + 7200 + 3 * n, 'REJECT', 2
FROM generate_series(0, 19) AS d(day)
CROSS JOIN generate_series(0, 599) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 2000 + n, 3389, 6, 1, 44, 1773187200 + 86400 * day + 6600 + 3 * n,
    1773187200 + 86400 * day + 6600 + 3 * n, 'REJECT', 2
FROM generate_series(20, 20) AS d(day)
CROSS JOIN generate_series(0, 599) AS t(n)
