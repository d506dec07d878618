-- id: two-at-once
-- title: Two connections that began before the logs and stay open for four and a half hours
-- expect: low 10.0.0.5 > 203.0.113.9:8443
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 + p AS srcport, 8443 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194400 + 60 * n + p AS start, 1773194440 + 60 * n + p AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 269) AS t(n)
CROSS JOIN generate_series(0, 1) AS q(p)
