-- id: blocked-portmap
-- title: A client asks the portmapper for twenty services with a datagram each, and a firewall rejects their ports
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 700 + n AS srcport, 111 AS dstport,
    17 AS protocol, 1 AS packets, 84 AS bytes, 1773194400 + 10 * n AS start, 1773194400 + 10 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 111, 700 + n, 17, 1, 56, 1773194400 + 10 * n, 1773194400 + 10 * n, 'ACCEPT', 0
FROM generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 51000 + n, 33000 + 911 * n, 6, 3, 156, 1773194401 + 10 * n, 1773194405 + 10 * n,
    'REJECT', 2
FROM generate_series(1, 20) AS t(n)
