-- id: loud
-- title: Fourteen megabytes of pings of a thousand bytes in two hours
-- expect: high 10.0.0.5 > 203.0.113.9
-- says: both ways up to 7.4 MB in a clock hour
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 60 AS packets, 61680 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 0, 0, 1, 60, 61680, 1773194400 + 60 * n, 1773194459 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 119) AS t(n)
