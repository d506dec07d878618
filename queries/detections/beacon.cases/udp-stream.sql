-- id: udp-stream
-- title: A tunnel over UDP from one port shows a record every minute: it is no call
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 51820 AS srcport, 51821 AS dstport,
    17 AS protocol, 3 AS packets, 444 AS bytes, 1773187200 + 60 * n AS start, 1773187255 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 1439) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 51821, 51820, 17, 3, 444, 1773187200 + 60 * n, 1773187255 + 60 * n,
    'ACCEPT', 0
FROM generate_series(0, 1439) AS t(n)
