-- id: refused
-- title: Ports are tried from outside and rejected, get no answer, or a RST
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    445 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 3389, 6, 3, 132, 1773194400 + n, 1773194400 + n + 7, 'ACCEPT',
    2
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 5900, 6, 1, 44, 1773194400 + n, 1773194400 + n, 'ACCEPT', 2
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 5900, 40000 + n, 6, 1, 40, 1773194400 + n, 1773194400 + n, 'ACCEPT', 4
FROM generate_series(1, 40) AS t(n)
