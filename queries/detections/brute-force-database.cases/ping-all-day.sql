-- id: ping-all-day
-- title: A pool asks every ten seconds whether the database is there, all day, and gets back little
-- expect: low 10.0.0.5 > 10.0.0.1:3306
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 3306 AS dstport,
    6 AS protocol, 8 AS packets, 700 AS bytes, 1773187200 + 10 * n AS start,
    1773187201 + 10 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 8639) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 3306, 10000 + n, 6, 7, 600, 1773187200 + 10 * n, 1773187201 + 10 * n,
    'ACCEPT', 19
FROM generate_series(0, 8639) AS t(n)
