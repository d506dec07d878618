-- id: rejected
-- title: A security group rejects every attempt, for two hours
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 + n AS srcport,
    3333 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 1 AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
