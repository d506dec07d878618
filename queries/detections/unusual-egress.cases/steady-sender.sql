-- id: steady-sender
-- title: A host sends between 150 and 210 MB every hour, as always
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.20' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 600 * n AS start, 1773187205 + 600 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '192.0.2.20', '10.0.0.5', 443, 30000 + n, 6, 80, 90000, 1773187200 + 600 * n, 1773187205 + 600 * n,
    'ACCEPT', 19
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 40000 + n, 443, 6, 110000, 150000000 + 10000000 * (n % 7),
    1773187200 + 3600 * n, 1773187259 + 3600 * n, 'ACCEPT', 3
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 40000 + n, 6, 50000, 2000000, 1773187200 + 3600 * n,
    1773187259 + 3600 * n, 'ACCEPT', 19
FROM generate_series(0, 23) AS t(n)
