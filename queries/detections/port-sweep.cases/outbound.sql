-- id: outbound
-- title: A host of ours tries routers all over the internet; three of forty answer
-- expect: medium 10.0.0.5 > -:23
-- says: 10.0.0.5 tried port 23 (telnet) of 40 hosts on the internet in 40 attempts;
--   3 answered: 198.51.100.10, 198.51.100.15, 198.51.100.5
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.' || n AS dstaddr, 40000 + n AS srcport,
    23 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-5', '198.51.100.' || n, '10.0.0.5', 23, 40000 + n, 6, 1, 44, 1773194400 + n, 1773194400 + n, 'ACCEPT', 18
FROM generate_series(5, 15, 5) AS t(n)
