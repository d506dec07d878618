-- id: knocked-at
-- title: Nine hours, and before and amid them the other side knocks at the port of ours and is refused
-- expect: medium 10.0.0.5 > 203.0.113.9:443
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 44444 AS srcport, 443 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194400 + 60 * n AS start, 1773194450 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 539) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 443, 44444, 6, 5, 900, 1773194400 + 60 * n, 1773194450 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 539) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', port, 44444, 6, 1, 44, at, at + 1, 'REJECT', 2
FROM (VALUES (50001, 1773194100), (443, 1773194100), (50001, 1773198000), (443, 1773201600)) AS t(port, at)
