-- id: reconnects
-- title: An application of ours connects anew every thirty seconds, all day, and always asks the same
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 12 AS packets, 1400 AS bytes, 1773187200 + 30 * n AS start, 1773187201 + 30 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 2879) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5432, 10000 + n, 6, 11, 4200, 1773187200 + 30 * n, 1773187201 + 30 * n,
    'ACCEPT', 19
FROM generate_series(0, 2879) AS t(n)
