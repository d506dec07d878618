-- id: short-log
-- title: Two hundred rejected attempts in logs of fifty minutes, which are too short to know what is usual
-- skipped: needs an hour of logs, these span 0.8 hours
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 900 AS bytes, 1773194400 + 300 * n AS start, 1773194401 + 300 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 3389, 6, 1, 40, 1773194400 + n, 1773194400 + n, 'REJECT', 2
FROM generate_series(1, 200) AS t(n)
