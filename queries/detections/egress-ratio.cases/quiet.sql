-- id: quiet
-- title: Six hours are enough, and 51 MB, and a change of just over a half
-- expect: low 10.0.0.5 > 203.0.113.9:443
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.20' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 500 AS packets, 1000000 AS bytes, 1773187260 + 3600 * n AS start,
    1773187310 + 3600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 6) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.20', '10.0.0.5', 443, 40000 + n, 6, 500, 1500000, 1773187260 + 3600 * n,
    1773187310 + 3600 * n, 'ACCEPT', 19
FROM generate_series(0, 6) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 50000, 443, 6, 50000, 51000000, 1773209400,
    1773209455, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 443, 50000, 6, 20000, 25000000, 1773209400,
    1773209455, 'ACCEPT', 19
