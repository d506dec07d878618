-- id: uneven-noise
-- title: At one host the internet knocks once in ten minutes, at another five times; sixty attempts come to each
-- expect: low 203.0.113.9 > 10.0.0.1:3389; low 203.0.113.9 > 10.0.0.2:3389
-- says: up to 61 in five minutes, where fewer than 1 is usual; up to 63 in five minutes, where 3 are usual
SELECT 'eni-1' AS interface_id, '198.51.100.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport,
    23 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773187200 + 600 * n AS start,
    1773187200 + 600 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-2', '198.51.100.' || (n % 250), '10.0.0.2', 40000, 23, 6, 1, 40, 1773187200 + 120 * n,
    1773187200 + 120 * n, 'REJECT', 2
FROM generate_series(0, 719) AS t(n)
UNION ALL
SELECT 'eni-' || host, '203.0.113.9', '10.0.0.' || host, 40000 + n, 3389, 6, 1, 40, 1773194400 + 2 * n,
    1773194400 + 2 * n, 'REJECT', 2
FROM generate_series(1, 60) AS t(n), (VALUES (1), (2)) AS ours(host)
