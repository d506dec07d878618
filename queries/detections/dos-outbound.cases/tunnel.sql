-- id: tunnel
-- title: A WireGuard tunnel to an office, busy in one direction
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.99' AS dstaddr, 51820 AS srcport,
    51820 AS dstport, 17 AS protocol, 120000 AS packets, 120000 * 1400 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.99', '10.0.0.1', 51820, 51820, 17, 4000, 4000 * 100, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT'
FROM generate_series(0, 9) AS t(n)
