-- id: from-outside
-- title: A host on the internet tries remote desktop on forty hosts, which is a sweep but not from inside
-- expect: nothing
SELECT 'eni-' || n AS interface_id, '203.0.113.9' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 AS srcport,
    3389 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 10 * n AS start,
    1773194401 + 10 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
