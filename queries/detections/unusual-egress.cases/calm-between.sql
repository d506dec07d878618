-- id: calm-between
-- title: A host sends 300 MB in two hours, apart, and in each hour of the day 40 MB to its archive, as always
-- expect: medium 10.0.0.5 > 203.0.113.9:443
-- says: in 2 clock hours out of 19; in those hours, usually 40.0 MB an hour
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.20' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 30000 AS packets, 40000000 AS bytes, 1773187200 + 3600 * n AS start,
    1773187259 + 3600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.20', '10.0.0.5', 443, 30000 + n, 6, 8000, 400000, 1773187200 + 3600 * n,
    1773187259 + 3600 * n, 'ACCEPT', 19
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 40000 + n, 443, 6, 110000, 150000000, 1773187800 + 3600 * n,
    1773187859 + 3600 * n, 'ACCEPT', 3
FROM generate_series(2, 20, 18) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 40000 + n, 6, 9000, 400000, 1773187800 + 3600 * n,
    1773187859 + 3600 * n, 'ACCEPT', 19
FROM generate_series(2, 20, 18) AS t(n)
