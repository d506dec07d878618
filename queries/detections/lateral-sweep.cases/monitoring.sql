-- id: monitoring
-- title: Monitoring asks the agent on port 9100 of two hundred hosts every minute
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || (n % 200) AS dstaddr, 20000 + n AS srcport,
    9100 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773194400 + n / 4 AS start,
    1773194402 + n / 4 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 3999) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || (n % 200), '10.0.0.5', 9100, 20000 + n, 6, 8, 9000, 1773194400 + n / 4,
    1773194402 + n / 4, 'ACCEPT', 19
FROM generate_series(0, 3999) AS t(n)
