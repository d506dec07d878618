-- id: guesses-all-day
-- title: Guesses every four seconds, for eight hours
-- expect: high 203.0.113.9 > 10.0.0.1:22
-- says: opened 7200 SSH connections
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 24 + n % 6 AS packets, 4500 + 70 * (n % 10) AS bytes, 1773187200 + 4 * n AS start,
    1773187203 + 4 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 7199) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 10000 + n, 6, 26 + n % 6, 5200 + 70 * (n % 10),
    1773187200 + 4 * n, 1773187203 + 4 * n, 'ACCEPT', 19
FROM generate_series(0, 7199) AS t(n)
