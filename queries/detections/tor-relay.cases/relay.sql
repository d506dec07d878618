-- id: relay
-- title: Six relays use a host of ours as one of theirs
-- tor-list: relays.txt
-- expect: medium - > 10.0.0.5:9001
SELECT 'eni-5' AS interface_id, '203.0.113.' || (8 + n) AS srcaddr, '10.0.0.5' AS dstaddr, 40000 + n AS srcport,
    9001 AS dstport, 6 AS protocol, 90 AS packets, 90000 AS bytes, 1773194400 + 600 * n AS start,
    1773194460 + 600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 6) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.' || (8 + n), 9001, 40000 + n, 6, 90, 40000, 1773194400 + 600 * n,
    1773194460 + 600 * n, 'ACCEPT', 19
FROM generate_series(1, 6) AS t(n)
