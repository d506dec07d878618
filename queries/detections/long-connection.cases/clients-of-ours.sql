-- id: clients-of-ours
-- title: A client outside opens three connections to a service of ours, one answered in the next five minutes
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.5' AS dstaddr, 20000 + p AS srcport, 31443 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194698 + 60 * n + p AS start, 1773194740 + 60 * n + p AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 539) AS t(n)
CROSS JOIN generate_series(0, 2) AS q(p)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.9', 31443, 20000 + p, 6, 5, 900, 1773194699 + 60 * n + p,
    1773194741 + 60 * n + p, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 539) AS t(n)
CROSS JOIN generate_series(0, 2) AS q(p)
