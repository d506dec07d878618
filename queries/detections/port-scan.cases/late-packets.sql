-- id: late-packets
-- title: Connections to thirty ports end with a packet or two in the next five minutes, accepted or rejected
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    30000 + n AS dstport, 6 AS protocol, 10 AS packets, 4000 AS bytes, 1773194600 + 2 * n AS start,
    1773194602 + 2 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 30000 + n, 40000 + n, 6, 8, 90000, 1773194600 + 2 * n, 1773194602 + 2 * n,
    'ACCEPT', 18
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 30000 + n, 6, 1, 52, 1773194710 + n, 1773194710 + n,
    CASE WHEN n % 2 = 0 THEN 'ACCEPT' ELSE 'REJECT' END, 1
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 30000 + n, 40000 + n, 6, 1, 40, 1773194710 + n, 1773194710 + n, 'ACCEPT', 4
FROM generate_series(2, 30, 2) AS t(n)
