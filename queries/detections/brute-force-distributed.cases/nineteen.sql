-- id: nineteen
-- title: Nineteen hosts outside try six passwords each within an hour, one fewer than make an attack
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.' || (n % 19) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    22 AS dstport, 6 AS protocol, 14 + n % 4 AS packets, 2200 + 37 * (n % 8) AS bytes, 1773194400 + 30 * n AS start,
    1773194403 + 30 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 113) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (n % 19), 22, 40000 + n, 6, 15, 3300, 1773194400 + 30 * n,
    1773194403 + 30 * n, 'ACCEPT', 19
FROM generate_series(0, 113) AS t(n)
