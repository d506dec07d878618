-- id: client-of-ours
-- title: A client outside, whose port is the lower one, is connected to a service of ours for hours
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 20000 AS srcport, 31443 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194400 + 60 * n AS start, 1773194450 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 539) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 31443, 20000, 6, 5, 900, 1773194400 + 60 * n, 1773194450 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 539) AS t(n)
