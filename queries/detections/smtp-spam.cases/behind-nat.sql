-- id: behind-nat
-- title: The NAT gateway repeats what a host behind it does and is not reported beside it
-- expect: medium 10.0.0.1 > -:587
-- interfaces: nat.json
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.' || n AS dstaddr, 40000 + n AS srcport,
    587 AS dstport, 6 AS protocol, 14 AS packets, 12000 AS bytes, 1773194400 + 20 * n AS start,
    1773194400 + 20 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 587, 40000 + n, 6, 10, 700, 1773194400 + 20 * n,
    1773194400 + 20 * n + 5, 'ACCEPT', 19
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-nat', '10.0.9.9', '203.0.113.' || n, 2000 + n, 587, 6, 14, 12000, 1773194400 + 20 * n,
    1773194400 + 20 * n + 5, 'ACCEPT', 3
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-nat', '203.0.113.' || n, '10.0.9.9', 587, 2000 + n, 6, 10, 700, 1773194400 + 20 * n,
    1773194400 + 20 * n + 5, 'ACCEPT', 19
FROM generate_series(1, 30) AS t(n)
