-- id: behind-rpc
-- title: A host of ours tries a thousand high ports of another while it talks much to its RPC
-- expect: high 10.0.0.9 > 10.0.0.5
SELECT 'eni-5' AS interface_id, '10.0.0.9' AS srcaddr, '10.0.0.5' AS dstaddr, 40000 + n AS srcport,
    40000 + n AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + n / 5 AS start,
    1773194400 + n / 5 AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 1000) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.9', '10.0.0.5', 50000, 135, 6, 4000, 400000, 1773194400, 1773194650, 'ACCEPT', 3
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.0.9', 135, 50000, 6, 4000, 600000, 1773194400, 1773194650, 'ACCEPT', 19
