-- id: across-the-clock
-- title: Fifteen ports within five minutes, seven before the full hour and eight after it
-- expect: low 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 8000 + n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 20 * n AS start, 1773194400 + 20 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(-7, 7) AS t(n)
