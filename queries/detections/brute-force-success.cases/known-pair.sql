-- id: known-pair
-- title: A build host deploys at one and at four o'clock, and asks for the state every twenty seconds in between
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 15 AS packets, 3400 AS bytes, 1773192000 + 20 * n AS start, 1773192002 + 20 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 600) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 22, 40000 + n, 6, 13, 2900, 1773192000 + 20 * n, 1773192002 + 20 * n,
    'ACCEPT', 19
FROM generate_series(1, 600) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 39000 + n, 22, 6, 4000, 5000000, 1773190800 + 12600 * n,
    1773191100 + 12600 * n, 'ACCEPT', 3
FROM generate_series(0, 1) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 22, 39000 + n, 6, 2000, 130000, 1773190800 + 12600 * n, 1773191100 + 12600 * n,
    'ACCEPT', 19
FROM generate_series(0, 1) AS t(n)
