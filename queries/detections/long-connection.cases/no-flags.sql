-- id: no-flags
-- title: The default format has no TCP flags: the port tells the connection
-- expect: low 10.0.0.5 > 203.0.113.9:443
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194400 + 600 * n AS start, 1773194990 + 600 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 29) AS t(n)
