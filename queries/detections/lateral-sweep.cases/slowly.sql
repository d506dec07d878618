-- id: slowly
-- title: An administrator visits forty hosts in the course of a day, fifteen at most in an hour
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 400 AS packets, 70000 AS bytes, 1773194400 + 240 * n AS start, 1773194420 + 240 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || n, '10.0.0.5', 22, 40000 + n, 6, 400, 90000, 1773194400 + 240 * n, 1773194420 + 240 * n,
    'ACCEPT', 19
FROM generate_series(1, 40) AS t(n)
