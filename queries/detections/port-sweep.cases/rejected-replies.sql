-- id: rejected-replies
-- title: A client reaches forty servers of ours, and a network ACL rejects what they answer
-- expect: nothing
SELECT 'eni-' || n AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || n AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 3 AS packets, 180 AS bytes, 1773194400 + 2 * n AS start,
    1773194405 + 2 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-' || n, '10.0.0.' || n, '203.0.113.9', 443, 40000 + n, 6, 3, 180, 1773194400 + 2 * n, 1773194405 + 2 * n,
    'REJECT', 18
FROM generate_series(1, 40) AS t(n)
