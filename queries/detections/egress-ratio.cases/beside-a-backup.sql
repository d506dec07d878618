-- id: beside-a-backup
-- title: A host that downloads all day sends 65 MB to a stranger, and ten hours later 900 MB to a known archive
-- expect: low 10.0.0.5 > 203.0.113.9:443; medium 10.0.0.5 > 192.0.2.20:443
-- says: 10.0.0.5 sent 65.0 MB to 203.0.113.9 in 1 clock hour;
--   it sent 65.1 MB and received 4.0 MB in that hour:
--   94 % of that traffic was sent, where 2 % is usual
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.20' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 500 AS packets, 100000 AS bytes, 1773187260 + 3600 * n AS start,
    1773187310 + 3600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.20', '10.0.0.5', 443, 40000 + n, 6, 500, 4000000, 1773187260 + 3600 * n,
    1773187310 + 3600 * n, 'ACCEPT', 19
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 50000, 443, 6, 50000, 65000000, 1773216600, 1773216655, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.5', '192.0.2.20', 50001, 443, 6, 700000, 900000000, 1773252600, 1773252655, 'ACCEPT', 3
