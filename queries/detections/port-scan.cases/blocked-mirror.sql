-- id: blocked-mirror
-- title: A mirror tries one passive transfer every twenty seconds for two hours, all rejected, over one long login
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 21 AS dstport,
    6 AS protocol, 90 AS packets, 5400 AS bytes, 1773194390 + 600 * n AS start, 1773194985 + 600 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 11) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 21, 40000, 6, 70, 6100, 1773194390 + 600 * n, 1773194985 + 600 * n, 'ACCEPT',
    CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 11) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000 + n, 20000 + 97 * n, 6, 1, 60, 1773194410 + 20 * n,
    1773194410 + 20 * n, 'REJECT', 2
FROM generate_series(0, 350) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39000 + n, CASE WHEN n = 0 THEN 990 ELSE 22 END, 6, 1, 60, 1773194380,
    1773194380, 'REJECT', 2
FROM generate_series(0, 1) AS t(n)
