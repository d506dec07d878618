-- id: crawler-begins
-- title: A server that talked to one place begins to crawl: forty servers are one finding
-- judged: last
-- expect: low 10.0.0.5 > -:443
-- says: sent 8.0 MB to 40 addresses; no host of ours had one of them in 20 days of history
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.20' AS dstaddr, 40000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 12 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 14400 * n AS start,
    1773187205 + 86400 * day + 14400 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '192.0.2.20', '10.0.0.5', 443, 40000 + n, 6, 10, 9000, 1773187200 + 86400 * day + 14400 * n,
    1773187205 + 86400 * day + 14400 * n, 'ACCEPT', 19
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '198.18.0.' || n, 30000 + n, 443, 6, 250, 200000, 1774951200 + 30 * n, 1774951205 + 30 * n,
    'ACCEPT', 3
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-5', '198.18.0.' || n, '10.0.0.5', 443, 30000 + n, 6, 60, 90000, 1774951200 + 30 * n, 1774951205 + 30 * n,
    'ACCEPT', 19
FROM generate_series(1, 40) AS t(n)
