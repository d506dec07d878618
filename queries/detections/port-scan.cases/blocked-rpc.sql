-- id: blocked-rpc
-- title: A client asks a Windows host for its RPC services, and a firewall rejects their eighteen ports
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport, 135 AS dstport,
    6 AS protocol, 6 AS packets, 700 AS bytes, 1773194400 + 10 * n AS start, 1773194401 + 10 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 18) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 135, 50000 + n, 6, 5, 600, 1773194400 + 10 * n, 1773194401 + 10 * n, 'ACCEPT',
    19
FROM generate_series(1, 18) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 51000 + n, 49664 + n, 6, 3, 156, 1773194402 + 10 * n, 1773194405 + 10 * n,
    'REJECT', 2
FROM generate_series(1, 18) AS t(n)
