-- id: across-the-clock
-- title: Twenty-five addresses within five minutes, twelve before the full hour and thirteen after it
-- expect: low 203.0.113.9 > -:3389
SELECT 'eni-' || (n + 12) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (n + 13) AS dstaddr, 50000 AS srcport,
    3389 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 12 * n AS start,
    1773194400 + 12 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(-12, 12) AS t(n)
