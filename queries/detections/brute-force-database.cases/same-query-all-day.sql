-- id: same-query-all-day
-- title: A site opens a connection every two seconds all day, and always asks the same
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 3306 AS dstport,
    6 AS protocol, 12 + n % 4 AS packets, 1300 + 30 * (n % 10) AS bytes, 1773187200 + 2 * n AS start,
    1773187201 + 2 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 43199) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 3306, 10000 + n, 6, 12, 2300 + 30 * (n % 10),
    1773187200 + 2 * n, 1773187201 + 2 * n, 'ACCEPT', 19
FROM generate_series(0, 43199) AS t(n)
