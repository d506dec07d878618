-- id: retries
-- title: A partner with an old address tries three closed ports every two minutes, all day
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 1024 + n AS srcport,
    9440 + n % 3 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773187200 + 120 * n AS start,
    1773187201 + 120 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 700) AS t(n)
