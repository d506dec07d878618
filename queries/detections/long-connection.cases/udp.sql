-- id: udp
-- title: A tunnel over UDP from one port for ten hours
-- expect: medium 10.0.0.5 > 203.0.113.9:51820
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 61820 AS srcport, 51820 AS dstport,
    17 AS protocol, 3 AS packets, 444 AS bytes, 1773194400 + 60 * n AS start, 1773194455 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 599) AS t(n)
