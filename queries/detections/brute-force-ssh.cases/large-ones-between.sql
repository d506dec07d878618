-- id: large-ones-between
-- title: Guesses each four seconds, and a connection of three hundred packets every five minutes
-- expect: high 203.0.113.9 > 10.0.0.1:22
-- says: opened 912 SSH connections to 10.0.0.1 that are nearly all alike, of about 16 packets each
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 5 AS packets, 2200 + 37 * (n % 8) AS bytes, 1773187200 + 4 * n AS start,
    1773187202 + 4 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 899) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 10000 + n, 6, 15, 3300, 1773187200 + 4 * n, 1773187202 + 4 * n,
    'ACCEPT', 19
FROM generate_series(0, 899) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 9000 + n, 22, 6, 300, 39000, 1773187200 + 300 * n, 1773187240 + 300 * n,
    'ACCEPT', 3
FROM generate_series(0, 11) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 9000 + n, 6, 40, 8000, 1773187200 + 300 * n, 1773187240 + 300 * n,
    'ACCEPT', 19
FROM generate_series(0, 11) AS t(n)
