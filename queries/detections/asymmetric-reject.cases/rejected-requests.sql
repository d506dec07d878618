-- id: rejected-requests
-- title: Requests are rejected, so that there is nothing to answer
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 99) AS t(n)
