-- id: padded
-- title: Three hundred guesses within twenty minutes, padded to anything from 1.5 to 14 kB, and a session among them
-- expect: medium 203.0.113.9 > 10.0.0.1:22
-- says: 301 SSH connections; that differ
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 8 + n * 7919 % 97 * (n * 31 % 7) / 6 AS packets, 1500 + 125 * (n * 7919 % 101) AS bytes,
    1773194400 + 4 * n AS start, 1773194403 + 4 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 300) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 14 + n % 5, 3400 + 52 * (n % 5), 1773194400 + 4 * n,
    1773194403 + 4 * n, 'ACCEPT', 19
FROM generate_series(1, 300) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 22, 6, 800, 52000, 1773195400, 1773195440, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 39999, 6, 1900, 2600000, 1773195400, 1773195440, 'ACCEPT', 19
