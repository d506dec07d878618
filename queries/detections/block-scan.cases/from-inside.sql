-- id: from-inside
-- title: A host of ours looks for eight services on eight hosts, and every seventh answers
-- expect: medium 10.0.0.5 > -
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || (n % 8) AS dstaddr, 40000 + n AS srcport,
    3300 + n / 8 AS dstport, 6 AS protocol, 2 AS packets, 120 AS bytes, 1773194400 + 120 * n AS start,
    1773194403 + 120 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 63) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || (n % 8), '10.0.0.5', 3300 + n / 8, 40000 + n, 6, 1, 60, 1773194400 + 120 * n,
    1773194403 + 120 * n, 'ACCEPT', 18
FROM generate_series(0, 63) AS t(n)
WHERE n % 7 = 0
