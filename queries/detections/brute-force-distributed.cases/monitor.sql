-- id: monitor
-- title: A monitor outside reads the banner of SSH of thirty hosts every five minutes for two hours
-- expect: nothing
SELECT 'eni-' || h AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (h + 1) AS dstaddr,
    20000 + 24 * h + n AS srcport, 22 AS dstport, 6 AS protocol, 6 AS packets, 300 AS bytes,
    1773194400 + 300 * n + 7 * h AS start, 1773194401 + 300 * n + 7 * h AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 23) AS t(n)
CROSS JOIN generate_series(0, 29) AS s(h)
UNION ALL
SELECT 'eni-' || h, '10.0.0.' || (h + 1), '203.0.113.9', 22, 20000 + 24 * h + n, 6, 5, 240,
    1773194400 + 300 * n + 7 * h, 1773194401 + 300 * n + 7 * h, 'ACCEPT', 19
FROM generate_series(0, 23) AS t(n)
CROSS JOIN generate_series(0, 29) AS s(h)
