-- id: quiet
-- title: Ten queries to a resolver that nobody knows, and DNS over QUIC
-- expect: low 10.0.0.5 > 203.0.113.53:53; low 10.0.0.6 > 203.0.113.54:853
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1 AS packets, 70 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-2', '10.0.0.6', '203.0.113.54', 40000, 853, 17, 30, 9000, 1773194400, 1773194420, 'ACCEPT', 0
