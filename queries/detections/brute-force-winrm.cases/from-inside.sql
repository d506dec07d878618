-- id: from-inside
-- title: A host of ours opens 300 short connections to both ports in ten minutes, all of about sixteen packets
-- expect: high 10.0.0.5 > 10.0.0.1:5985; high 10.0.0.5 > 10.0.0.1:5986
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    5985 + n % 2 AS dstport, 6 AS protocol, 15 + n % 3 AS packets, 3100 + 80 * (n % 3) AS bytes,
    1773194400 + 2 * n AS start, 1773194402 + 2 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5985 + n % 2, 40000 + n, 6, 12, 2400, 1773194400 + 2 * n, 1773194402 + 2 * n,
    'ACCEPT', 19
FROM generate_series(0, 299) AS t(n)
