-- id: inside
-- title: IGMP and VRRP between hosts and to their groups
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '224.0.0.22' AS dstaddr, NULL AS srcport, NULL AS dstport,
    2 AS protocol, 3 AS packets, 3 * 60 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 50 AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '224.0.0.18', NULL, NULL, 112, 30, 30 * 60, 1773194400 + 60 * n,
    1773194400 + 60 * n + 50, 'ACCEPT'
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.2', '10.0.0.1', NULL, NULL, 112, 30, 30 * 60, 1773194400 + 60 * n, 1773194400 + 60 * n + 50,
    'ACCEPT'
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.2', '10.0.0.1', NULL, NULL, 2, 30, 30 * 60, 1773194400 + 60 * n, 1773194400 + 60 * n + 50,
    'ACCEPT'
FROM generate_series(0, 9) AS t(n)
