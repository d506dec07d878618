-- id: port-zero
-- title: Ten TCP packets from a host to port 0
-- expect: low 10.0.0.1 > 203.0.113.9:0
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 0 AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end", 'ACCEPT' AS action,
    2 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
