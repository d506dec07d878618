-- id: ten-times
-- title: Ten answered connections a minute for a hundred minutes, where a hundred make a strobe
-- expect: medium 10.0.0.1 > 203.0.113.9:443
-- params: attempts=100
-- says: 0.2 a second while it lasted; 0 were rejected
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 30000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 6 AS packets, 700 AS bytes, 1773194400 + 6 * n AS start,
    1773194400 + 6 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 999) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 443, 30000 + n, 6, 6, 900, 1773194400 + 6 * n, 1773194400 + 6 * n + 2,
    'ACCEPT', 19
FROM generate_series(0, 999) AS t(n)
