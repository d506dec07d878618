-- id: one-port
-- title: A tunnel that asks 1,500 times a minute from one port, so that a record stands for as many queries
-- expect: medium 10.0.0.5 > 203.0.113.53:53
-- says: in 15000 DNS packets of 230 bytes on average; at its busiest 345.0 kB and 1500 packets a minute,
--   averaged over five minutes or more
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 AS srcport, 53 AS dstport,
    17 AS protocol, 1500 AS packets, 1500 * 230 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 53, 40000, 17, 1500, 1500 * 90, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', 0
FROM generate_series(0, 9) AS t(n)
