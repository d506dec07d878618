-- id: playbook
-- title: A playbook of forty tasks: each opens a connection, from a few packets to hundreds
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.9.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5986 AS dstport,
    6 AS protocol, 12 + n * n % 90 AS packets, 3000 + 400 * (n * n % 90) AS bytes, 1773194400 + 12 * n AS start,
    1773194409 + 12 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.9.9', 5986, 40000 + n, 6, 14, 9000, 1773194400 + 12 * n, 1773194409 + 12 * n,
    'ACCEPT', 19
FROM generate_series(0, 39) AS t(n)
