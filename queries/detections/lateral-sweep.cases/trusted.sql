-- id: trusted
-- title: The same by a bastion and from the network of configuration management, both of which are named
-- expect: nothing
-- params: trusted=10.0.0.5, 10.0.9.0/24
SELECT 'eni-5' AS interface_id, CASE WHEN n % 2 = 0 THEN '10.0.0.5' ELSE '10.0.9.77' END AS srcaddr,
    '10.0.1.' || (n / 2) AS dstaddr, 40000 + n AS srcport, 22 AS dstport, 6 AS protocol, 40 AS packets, 7000 AS bytes,
    1773194400 + 10 * n AS start, 1773194420 + 10 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || (n / 2), CASE WHEN n % 2 = 0 THEN '10.0.0.5' ELSE '10.0.9.77' END, 22, 40000 + n, 6, 40,
    9000, 1773194400 + 10 * n, 1773194420 + 10 * n, 'ACCEPT', 19
FROM generate_series(0, 119) AS t(n)
