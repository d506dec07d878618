-- id: idle-host
-- title: A backup once a day from a host that otherwise only keeps its time
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.20' AS dstaddr, 123 AS srcport, 123 AS dstport,
    17 AS protocol, 60 AS packets, 4560 AS bytes, 1773187260 + 3600 * n AS start, 1773187310 + 3600 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.20', '10.0.0.5', 123, 123, 17, 60, 4560, 1773187260 + 3600 * n, 1773187310 + 3600 * n,
    'ACCEPT', 0
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 50000, 443, 6, 50000, 1500000000, 1773195000, 1773195055, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 443, 50000, 6, 20000, 900000, 1773195000, 1773195055, 'ACCEPT', 19
