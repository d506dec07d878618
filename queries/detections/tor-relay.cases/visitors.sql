-- id: visitors
-- title: Visitors of a service of ours on port 9001, none of them a relay
-- tor-list: relays.txt
-- expect: nothing
SELECT 'eni-5' AS interface_id, '198.51.100.' || n AS srcaddr, '10.0.0.5' AS dstaddr, 40000 + n AS srcport,
    9001 AS dstport, 6 AS protocol, 9 AS packets, 900 AS bytes, 1773194400 + 600 * n AS start,
    1773194460 + 600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 20) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '198.51.100.' || n, 9001, 40000 + n, 6, 9, 4000, 1773194400 + 600 * n,
    1773194460 + 600 * n, 'ACCEPT', 19
FROM generate_series(1, 20) AS t(n)
