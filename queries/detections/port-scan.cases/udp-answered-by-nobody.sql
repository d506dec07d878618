-- id: udp-answered-by-nobody
-- title: A host sends media to ports that never answer, and fails at twelve TCP ports meanwhile
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 7000 + n AS dstport,
    6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.0.1', 50000 + n, 16384 + 2 * n, 17, 900, 180000, 1773194400 + n, 1773194450 + n,
    'ACCEPT', NULL
FROM generate_series(1, 60) AS t(n)
