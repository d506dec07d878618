-- id: ten-ports
-- title: Ten closed ports in ten hours, the least that counts, and a look at the eleventh, which is open
-- expect: low 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 8000 + n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 3600 * n AS start, 1773194401 + 3600 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000, 443, 6, 8, 900, 1773230400, 1773230402, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 41000, 6, 7, 4200, 1773230400, 1773230402, 'ACCEPT', 19
