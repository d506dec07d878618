-- id: just-under
-- title: 290 kB a minute in packets of 199 bytes, and few packets of 240 bytes to another resolver
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1457 AS packets, 289943 AS bytes, 1773194400 + 60 * n AS start, 1773194455 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '198.51.100.53', 40000 + n, 53, 17, 1, 240, 1773194400 + 12 * n, 1773194400 + 12 * n,
    'ACCEPT', 0
FROM generate_series(0, 289) AS t(n)
