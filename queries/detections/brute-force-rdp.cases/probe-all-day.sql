-- id: probe-all-day
-- title: A gateway tests the login page of a desktop every twenty seconds, all day
-- expect: low 10.0.9.9 > 10.0.0.1:3389
SELECT 'eni-1' AS interface_id, '10.0.9.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 12 AS packets, 2100 + 40 * (n % 5) AS bytes, 1773187200 + 20 * n AS start,
    1773187202 + 20 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 4319) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.9.9', 3389, 10000 + n, 6, 12, 3000, 1773187200 + 20 * n, 1773187202 + 20 * n,
    'ACCEPT', 19
FROM generate_series(0, 4319) AS t(n)
