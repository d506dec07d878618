-- id: visitor-among-relays
-- title: Six relays use a host of ours as one of theirs, and hours later a seventh looks at it three times and leaves
-- tor-list: relays.txt
-- expect: medium - > 10.0.0.5:9001
-- says: 6 relays of Tor used 10.0.0.5 as one of theirs in 6 connections
SELECT 'eni-5' AS interface_id, '203.0.113.' || (8 + n) AS srcaddr, '10.0.0.5' AS dstaddr, 40000 + n AS srcport,
    9001 AS dstport, 6 AS protocol, 90 AS packets, 90000 AS bytes, 1773194400 + 600 * n AS start,
    1773194460 + 600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 6) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.' || (8 + n), 9001, 40000 + n, 6, 90, 40000, 1773194400 + 600 * n,
    1773194460 + 600 * n, 'ACCEPT', 19
FROM generate_series(1, 6) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.15', '10.0.0.5', 50000 + n, 9001, 6, 9, 900, 1773223200 + 60 * n, 1773223204 + 60 * n,
    'ACCEPT', 3
FROM generate_series(1, 3) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.15', 9001, 50000 + n, 6, 9, 4000, 1773223200 + 60 * n, 1773223204 + 60 * n,
    'ACCEPT', 19
FROM generate_series(1, 3) AS t(n)
