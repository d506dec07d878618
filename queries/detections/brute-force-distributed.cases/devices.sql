-- id: devices
-- title: Sixty devices outside ask a database of ours for two kilobytes each, eight times within twenty minutes
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.' || (n % 60) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    3306 AS dstport, 6 AS protocol, 8 + n % 3 AS packets, 620 + 9 * (n % 8) AS bytes, 1773194400 + 5 * n / 2 AS start,
    1773194402 + 5 * n / 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 479) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (n % 60), 3306, 40000 + n, 6, 9, 2600, 1773194400 + 5 * n / 2,
    1773194402 + 5 * n / 2, 'ACCEPT', 19
FROM generate_series(0, 479) AS t(n)
