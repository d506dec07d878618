-- id: new-interface-unlike-others
-- title: An interface is new, and a scan comes to it that does not come to three others
-- judged: last
-- expect: low 203.0.113.9 > 10.0.0.1:3389
-- says: up to 101 in five minutes, where 1 is usual; at 3 other interfaces usually 1 at that hour
SELECT 'eni-' || host AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.' || host AS dstaddr, 30000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 86400 * day + 1800 * n AS start,
    1773187201 + 86400 * day + 1800 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
CROSS JOIN generate_series(1, 4) AS h(host)
WHERE host > 1 OR day = 20
UNION ALL
SELECT 'eni-' || host, '10.0.0.' || host, '203.0.113.250', 443, 30000 + n, 6, 8, 4000,
    1773187200 + 86400 * day + 1800 * n, 1773187201 + 86400 * day + 1800 * n, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
CROSS JOIN generate_series(1, 4) AS h(host)
WHERE host > 1 OR day = 20
UNION ALL
SELECT 'eni-' || host, '198.51.100.7', '10.0.0.' || host, 40000 + n, 23, 6, 1, 40, 1773187500 + 86400 * day + 1800 * n,
    1773187500 + 86400 * day + 1800 * n, 'REJECT', 2
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
CROSS JOIN generate_series(1, 4) AS h(host)
WHERE host > 1 OR day = 20
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 2000 + n, 3389, 6, 1, 44, 1773187200 + 86400 * day + 7200 + 3 * n,
    1773187200 + 86400 * day + 7200 + 3 * n, 'REJECT', 2
FROM generate_series(20, 20) AS d(day)
CROSS JOIN generate_series(0, 599) AS t(n)
