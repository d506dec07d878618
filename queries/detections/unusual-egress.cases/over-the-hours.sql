-- id: over-the-hours
-- title: An upload of 400 MB begins ten minutes before a full hour and ends ten minutes after the next
-- expect: medium 10.0.0.5 > 203.0.113.9:443
-- says: 10.0.0.5 sent 400.0 MB to 203.0.113.9 in 3 clock hours; it sent 401.1 MB in those hours
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.30' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 600 * n AS start, 1773187205 + 600 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 39998, 443, 6, 3750, 5000000, 1773197400 + 60 * n, 1773197459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 79) AS t(n)
-- Hours before, a look at the destination: no part of it.
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 39990, 443, 6, 6, 600, 1773188000, 1773188005, 'ACCEPT', 3
