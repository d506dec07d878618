-- id: everybody
-- title: Thirty hosts ask 8.8.8.8 and get one finding; the one that asks elsewhere gets its own
-- expect: info - > 8.8.8.8:53; low 10.0.0.7 > 203.0.113.53:53
SELECT 'eni-' || host AS interface_id, '10.0.0.' || host AS srcaddr, '8.8.8.8' AS dstaddr, 40000 + n AS srcport,
    53 AS dstport, 17 AS protocol, 1 AS packets, 70 AS bytes, 1773194400 + 60 * n + host AS start,
    1773194400 + 60 * n + host AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
CROSS JOIN generate_series(1, 30) AS h(host)
UNION ALL
SELECT 'eni-7', '10.0.0.7', '203.0.113.53', 40000 + n, 53, 17, 1, 70, 1773194400 + 60 * n, 1773194400 + 60 * n,
    'ACCEPT', 0
FROM generate_series(0, 59) AS t(n)
