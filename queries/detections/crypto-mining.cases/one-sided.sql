-- id: one-sided
-- title: Packets go out for two hours and nothing comes back
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 40000 AS srcport, 3333 AS dstport,
    6 AS protocol, 12 AS packets, 1900 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 59 AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 119) AS t(n)
