-- id: long-sessions
-- title: Twelve tunnels stay open for three hours and carry little, in records without TCP flags
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 5 AS packets, 460 AS bytes, 1773194400 + 60 * minute + n AS start,
    1773194455 + 60 * minute + n AS "end", 'ACCEPT' AS action
FROM generate_series(1, 12) AS t(n)
CROSS JOIN generate_series(0, 179) AS m(minute)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 4, 380, 1773194400 + 60 * minute + n,
    1773194455 + 60 * minute + n, 'ACCEPT'
FROM generate_series(1, 12) AS t(n)
CROSS JOIN generate_series(0, 179) AS m(minute)
