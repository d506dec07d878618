-- id: without-syn
-- title: Twenty ports get a packet without SYN and a firewall rejects it; at thirty of another host a RST answers a FIN
-- expect: low 203.0.113.9 > 10.0.0.1; low 203.0.113.9 > 10.0.0.2
-- says: tried 20 ports of 10.0.0.1 in 20 attempts without SYN; tried 30 ports of 10.0.0.2 in 30 attempts without SYN
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 55555 AS srcport, 100 + n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end", 'REJECT' AS action,
    0 AS tcp_flags
FROM generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-2', '203.0.113.9', '10.0.0.2', 55555, 100 + n, 6, 1, 40, 1773194400 + n, 1773194400 + n, 'ACCEPT', 1
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-2', '10.0.0.2', '203.0.113.9', 100 + n, 55555, 6, 1, 40, 1773194400 + n, 1773194400 + n, 'ACCEPT', 4
FROM generate_series(1, 30) AS t(n)
