-- id: steady-noise
-- title: The internet knocks 300 times an hour, all day, and for an hour a third more often
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start, 1773187201 + 300 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.250', 443, 30000 + n, 6, 8, 4000, 1773187200 + 300 * n, 1773187201 + 300 * n,
    'ACCEPT', 19
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.' || (n % 250), '10.0.0.1', 40000, 23, 6, 1, 40, 1773187200 + 12 * n, 1773187200 + 12 * n,
    'REJECT', 2
FROM generate_series(0, 7199) AS t(n)
UNION ALL
SELECT 'eni-1', '192.0.2.' || (n % 250), '10.0.0.1', 40000, 445, 6, 1, 40, 1773194400 + 36 * n, 1773194400 + 36 * n,
    'REJECT', 2
FROM generate_series(0, 99) AS t(n)
