-- id: answered-after-midnight
-- title: A shell that is asked for before midnight, and answered after it
-- judged: last
-- expect: medium 10.0.1.5 > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '10.0.1.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 20 AS packets, 3000 AS bytes, 1773187200 + 86400 * day + 7200 * n AS start,
    1773187205 + 86400 * day + 7200 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', 5432, 40000 + n, 6, 20, 9000, 1773187200 + 86400 * day + 7200 * n,
    1773187205 + 86400 * day + 7200 * n, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1' AS interface_id, '10.0.1.5' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport, 22 AS dstport, 6 AS protocol,
    1 AS packets, 60 AS bytes, 1774051199 AS start, 1774051199 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.1.5', 22, 50000, 6, 90, 30000, 1774051201, 1774051490, 'ACCEPT', 18
UNION ALL
SELECT 'eni-1', '10.0.1.5', '10.0.0.1', 50000, 22, 6, 90, 9000, 1774051201, 1774051490, 'ACCEPT', 1
