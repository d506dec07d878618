-- id: rejected-replies
-- title: Thirty clients reach a server, and a network ACL rejects what it answers
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || n AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 3 AS packets, 180 AS bytes, 1773194400 + 60 * n AS start,
    1773194405 + 60 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.' || n, '203.0.113.9', 443, 40000 + n, 6, 3, 180, 1773194400 + 60 * n, 1773194405 + 60 * n,
    'REJECT', 18
FROM generate_series(1, 30) AS t(n)
