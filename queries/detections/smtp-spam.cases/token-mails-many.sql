-- id: token-mails-many
-- title: Forty tiny mails from three addresses outside make nobody a relay either
-- expect: medium 10.0.0.1 > -:25
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.' || n AS dstaddr, 40000 + n AS srcport,
    25 AS dstport, 6 AS protocol, 14 AS packets, 12000 AS bytes, 1773194400 + 20 * n AS start,
    1773194400 + 20 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 25, 40000 + n, 6, 10, 700, 1773194400 + 20 * n,
    1773194400 + 20 * n + 5, 'ACCEPT', 19
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.' || (n % 3), '10.0.0.1', 50000 + n, 465, 6, 8, 1100,
    1773190000 + 90 * n, 1773190001 + 90 * n, 'ACCEPT', 3
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.' || (n % 3), 465, 50000 + n, 6, 6, 500, 1773190000 + 90 * n,
    1773190001 + 90 * n, 'ACCEPT', 19
FROM generate_series(1, 40) AS t(n)
