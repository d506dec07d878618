-- id: behind-a-backup
-- title: A host sends a backup of 3 GB, and in the hours after it 200 MB to a stranger
-- expect: high 10.0.0.5 > 192.0.2.20:443; medium 10.0.0.5 > 203.0.113.9:443
-- says: 10.0.0.5 sent 200.0 MB to 203.0.113.9 in 1 clock hour; it sent 200.4 MB in that hour
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.30' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 600 * n AS start, 1773187205 + 600 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '192.0.2.20', 39999, 443, 6, 45000, 60000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 49) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 39998, 443, 6, 3000, 4000000, 1773198000 + 60 * n, 1773198059 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 49) AS t(n)
