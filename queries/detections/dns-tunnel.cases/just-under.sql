-- id: just-under
-- title: 290 kB a minute in packets of 119 bytes, 33 in packets of 199 to another resolver, few of 240 to a third
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 2436 AS packets, 289884 AS bytes, 1773194400 + 60 * n AS start, 1773194455 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '198.51.100.53', 40000 + n, 53, 17, 1, 240, 1773194400 + 12 * n, 1773194400 + 12 * n,
    'ACCEPT', 0
FROM generate_series(0, 289) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '198.51.100.54', 50000 + n, 53, 17, 167, 33233, 1773194400 + 60 * n, 1773194455 + 60 * n,
    'ACCEPT', 0
FROM generate_series(0, 59) AS t(n)
