-- id: stranger
-- title: A host on the internet tries 1,200 passwords within an hour, each in a connection of about fifteen packets
-- expect: critical 203.0.113.9 > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 3 AS packets, 1900 + n % 90 AS bytes, 1773194400 + 3 * n AS start,
    1773194402 + 3 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 1199) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 12, 2400, 1773194400 + 3 * n, 1773194402 + 3 * n, 'ACCEPT',
    19
FROM generate_series(0, 1199) AS t(n)
