-- id: many-partners
-- title: Thirty partners look for new files over SFTP every ten minutes, all day
-- expect: low - > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '203.0.113.' || p AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + 144 * p + n AS srcport,
    22 AS dstport, 6 AS protocol, 24 + p % 6 AS packets, 4500 + 20 * p AS bytes,
    1773187200 + 20 * p + 600 * n AS start, 1773187203 + 20 * p + 600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 143) AS t(n)
CROSS JOIN generate_series(0, 29) AS s(p)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || p, 22, 10000 + 144 * p + n, 6, 26 + p % 6, 5200,
    1773187200 + 20 * p + 600 * n, 1773187203 + 20 * p + 600 * n, 'ACCEPT', 19
FROM generate_series(0, 143) AS t(n)
CROSS JOIN generate_series(0, 29) AS s(p)
