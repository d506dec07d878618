-- id: hundred-in-an-hour
-- title: A hundred addresses within an hour that begins at half past, one every 36 seconds
-- expect: high 10.0.0.5 > -:22
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.2.' || n AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 2 AS packets, 120 AS bytes, 1773196200 + 36 * n AS start, 1773196203 + 36 * n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 99) AS t(n)
