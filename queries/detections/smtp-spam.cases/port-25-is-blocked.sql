-- id: port-25-is-blocked
-- title: AWS lets nothing out to port 25: thirty servers never answer
-- expect: low 10.0.0.1 > -:25
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.' || n AS dstaddr, 40000 + n AS srcport,
    25 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + 20 * n AS start,
    1773194400 + 20 * n + 1 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
