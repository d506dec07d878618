-- id: rejected-flood
-- title: A flood of large pings from outside that the security group rejects, and one inside
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 600 AS packets, 600000 AS bytes, 1773194400 + 60 * n AS start, 1773194450 + 60 * n AS "end",
    'REJECT' AS action, 0 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.1.9', 0, 0, 1, 600, 600000, 1773194400 + 60 * n, 1773194450 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.1.9', '10.0.0.5', 0, 0, 1, 600, 600000, 1773194400 + 60 * n, 1773194450 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 29) AS t(n)
