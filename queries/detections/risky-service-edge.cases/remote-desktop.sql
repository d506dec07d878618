-- id: remote-desktop
-- title: A hundred and twenty public addresses use a remote desktop of ours
-- expect: critical - > 10.0.0.1:3389
SELECT 'eni-1' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport,
    3389 AS dstport, 6 AS protocol, 40 AS packets, 9000 AS bytes, 1773194400 + n * 20 AS start,
    1773194400 + n * 20 + 15 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 120) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || n, 3389, 50000, 6, 60, 90000, 1773194400 + n * 20,
    1773194400 + n * 20 + 15, 'ACCEPT', 19
FROM generate_series(1, 120) AS t(n)
