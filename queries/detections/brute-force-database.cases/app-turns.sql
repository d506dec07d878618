-- id: app-turns
-- title: An application that opens a connection every twenty seconds all day tries passwords for ten minutes
-- expect: high 10.0.0.5 > 10.0.0.1:5432
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 6 + n * 7919 % 24 AS packets, 1000 + n * 7919 % 6000 AS bytes, 1773187200 + 20 * n AS start,
    1773187201 + 20 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 4319) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5432, 10000 + n, 6, 6 + n * 31 % 24, 2000 + n * 6133 % 18000,
    1773187200 + 20 * n, 1773187201 + 20 * n, 'ACCEPT', 19
FROM generate_series(0, 4319) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 30000 + n, 5432, 6, 7, 620 + n % 20, 1773237600 + n, 1773237601 + n,
    'ACCEPT', 3
FROM generate_series(0, 599) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5432, 30000 + n, 6, 6, 500, 1773237600 + n, 1773237601 + n,
    'ACCEPT', 19
FROM generate_series(0, 599) AS t(n)
