-- id: rejected
-- title: Three hundred connections that a security group rejects, each with many retries, try no password
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 6 AS packets, 360 AS bytes, 1773194400 + 2 * n AS start, 1773194431 + 2 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 299) AS t(n)
