-- id: many-hosts
-- title: One host outside tries four passwords at each of thirty hosts of ours within an hour
-- expect: medium 203.0.113.9 > -:22
-- says: 203.0.113.9 opened 120 SSH connections to 30 hosts that are nearly all alike
SELECT 'eni-' || (n % 30) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (n % 30 + 1) AS dstaddr,
    40000 + n AS srcport, 22 AS dstport, 6 AS protocol, 14 + n % 4 AS packets, 2200 + 37 * (n % 8) AS bytes,
    1773194400 + 28 * n AS start, 1773194403 + 28 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-' || (n % 30), '10.0.0.' || (n % 30 + 1), '203.0.113.9', 22, 40000 + n, 6, 15, 3300, 1773194400 + 28 * n,
    1773194403 + 28 * n, 'ACCEPT', 19
FROM generate_series(0, 119) AS t(n)
