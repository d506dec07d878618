-- id: web-server
-- title: A web server answers its clients with 2 GB in one hour
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 40000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 500 AS packets, 400000 AS bytes, 1773187260 + 3600 * n AS start, 1773187310 + 3600 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 443, 40000 + n, 6, 5000,
    CASE WHEN n = 14 THEN 2000000000 ELSE 100000 END, 1773187260 + 3600 * n, 1773187310 + 3600 * n, 'ACCEPT', 19
FROM generate_series(0, 23) AS t(n)
