-- id: late-replies
-- title: A server's last packets come too late to sixty low ports that a NAT gateway took, and a firewall rejects them
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 2000 + 41 * n AS srcport,
    20001 AS dstport, 6 AS protocol, 10 AS packets, 900 AS bytes, 1773194400 + 2 * n AS start,
    1773194402 + 2 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 20001, 2000 + 41 * n, 6, 9, 9000, 1773194400 + 2 * n, 1773194402 + 2 * n,
    'ACCEPT', 19
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 20001, 2000 + 41 * n, 6, 1, 52, 1773195400 + n, 1773195400 + n, 'REJECT', 1
FROM generate_series(1, 60) AS t(n)
