-- id: one-way
-- title: A host sends 1.2 MB in pings that nobody answers
-- expect: medium 10.0.0.5 > 203.0.113.9
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 40 AS packets, 40000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
