-- id: pulled-over-desktop
-- title: 12 GB leave through a remote desktop
-- expect: critical 203.0.113.1 > 10.0.0.1:3389
-- says: and took 12.0 GB
SELECT 'eni-1' AS interface_id, '203.0.113.1' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + i AS srcport,
    3389 AS dstport, 6 AS protocol, 500000 AS packets, 26000000 AS bytes, 1773194400 + 100 * i AS start,
    1773194490 + 100 * i AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 9) AS t(i)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.1', 3389, 50000 + i, 6, 1100000,
    1200000000, 1773194400 + 100 * i, 1773194490 + 100 * i, 'ACCEPT', 19
FROM generate_series(0, 9) AS t(i)
