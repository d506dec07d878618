-- id: quiet
-- title: A shell over ping: twelve packets of 140 bytes each way in three spans of an hour
-- expect: low 10.0.0.5 > 203.0.113.9
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 12 AS packets, 1680 AS bytes, 1773194400 + 900 * n AS start, 1773194450 + 900 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 2) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 0, 0, 1, 12, 1680, 1773194400 + 900 * n, 1773194450 + 900 * n, 'ACCEPT', 0
FROM generate_series(0, 2) AS t(n)
