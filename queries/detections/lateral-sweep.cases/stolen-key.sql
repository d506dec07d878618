-- id: stolen-key
-- title: Thirty hosts in twenty minutes, and all of them let the key in
-- expect: low 10.0.0.5 > -:22
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 40 AS packets, 7000 AS bytes, 1773194400 + 40 * n AS start, 1773194420 + 40 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || n, '10.0.0.5', 22, 40000 + n, 6, 40, 9000, 1773194400 + 40 * n, 1773194420 + 40 * n,
    'ACCEPT', 19
FROM generate_series(1, 30) AS t(n)
