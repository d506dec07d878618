-- id: every-two-minutes
-- title: A job runs one short command over SSH every two minutes, all day
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 20000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 22 AS packets, 4100 AS bytes, 1773187200 + 120 * n AS start, 1773187202 + 120 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 719) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.1', '10.0.0.5', 22, 20000 + n, 6, 21, 5200, 1773187200 + 120 * n, 1773187202 + 120 * n,
    'ACCEPT', 19
FROM generate_series(0, 719) AS t(n)
