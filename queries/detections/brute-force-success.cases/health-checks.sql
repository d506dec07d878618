-- id: health-checks
-- title: A monitor checks every ten seconds that the port is open, and then an administrator logs in from it
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.9.9' AS srcaddr, '10.0.0.1' AS dstaddr, 1024 + n AS srcport, 22 AS dstport,
    6 AS protocol, 4 AS packets, 216 AS bytes, 1773194400 + 10 * n AS start, 1773194400 + 10 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 359) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.9.9', 22, 1024 + n, 6, 3, 164, 1773194400 + 10 * n, 1773194400 + 10 * n,
    'ACCEPT', 19
FROM generate_series(0, 359) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.9.9', '10.0.0.1', 60001, 22, 6, 900, 90000, 1773198600, 1773199100, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.9.9', 22, 60001, 6, 800, 160000, 1773198600, 1773199100, 'ACCEPT', 19
