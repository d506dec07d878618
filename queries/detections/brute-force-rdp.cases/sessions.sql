-- id: sessions
-- title: A gateway opens twelve desktops for its users, from a minute to an hour long
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.9.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 40 + 350 * (n % 5) AS packets, 9000 + 40000 * (n % 5) AS bytes, 1773194400 + 45 * n AS start,
    1773194455 + 45 * n AS "end", 'ACCEPT' AS action, CASE WHEN n % 5 = 0 THEN 3 ELSE 2 END AS tcp_flags
FROM generate_series(0, 11) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.9.9', 3389, 40000 + n, 6, 60 + 500 * (n % 5), 90000, 1773194400 + 45 * n,
    1773194455 + 45 * n, 'ACCEPT', 18
FROM generate_series(0, 11) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.9.9', '10.0.0.1', 40000 + n, 3389, 6, 300, 30000, 1773194460 + 45 * n + 60 * minute,
    1773194515 + 45 * n + 60 * minute, 'ACCEPT', 0
FROM generate_series(0, 11) AS t(n)
CROSS JOIN generate_series(0, 59) AS m(minute)
WHERE minute < 15 * (n % 5)
