-- id: block-at-work
-- title: A host of ours is answered at sixty services, and tries six ports of nine hosts that are not
-- expect: medium 10.0.0.5 > -
-- says: tried 6 ports of 9 hosts, 54 pairs of them in 54 attempts
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || (n % 9) AS dstaddr, 40000 + n AS srcport,
    8000 + n / 9 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 600 * n AS start,
    1773194400 + 600 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 53) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.2.' || n, 50000 + n, 443, 6, 10, 900, 1773194400 + 600 * n,
    1773194401 + 600 * n, 'ACCEPT', 3
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.2.' || n, '10.0.0.5', 443, 50000 + n, 6, 12, 9000, 1773194400 + 600 * n,
    1773194401 + 600 * n, 'ACCEPT', 19
FROM generate_series(1, 60) AS t(n)
