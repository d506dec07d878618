-- id: deployment
-- title: A deployment opens fourteen sessions within ten minutes that last minutes and carry hundreds of packets each
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 300 + 37 * (n % 5) AS packets, 420000 AS bytes, 1773194400 + 40 * n AS start,
    1773194455 + 40 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 13) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.1', '10.0.0.5', 22, 40000 + n, 6, 240, 30000, 1773194400 + 40 * n, 1773194455 + 40 * n,
    'ACCEPT', 18
FROM generate_series(0, 13) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.0.1', 40000 + n, 22, 6, 500, 700000, 1773194460 + 40 * n + 60 * minute,
    1773194515 + 40 * n + 60 * minute, 'ACCEPT', 0
FROM generate_series(0, 13) AS t(n)
CROSS JOIN generate_series(0, 2) AS m(minute)
