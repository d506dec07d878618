-- id: rejected
-- title: Two hundred attempts that the security group rejects are noise
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 8 AS packets, 480 AS bytes, 1773194400 + 3 * n AS start, 1773194402 + 3 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 199) AS t(n)
