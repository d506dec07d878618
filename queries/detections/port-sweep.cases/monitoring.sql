-- id: monitoring
-- title: Monitoring asks 240 hosts for their metrics every minute, and they answer, until all of them are cut off
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || (n % 240) AS dstaddr, 10000 + n AS srcport,
    9100 AS dstport, 6 AS protocol, CASE WHEN n < 4800 THEN 8 ELSE 3 END AS packets, 600 AS bytes,
    1773194400 + n / 4 AS start, 1773194401 + n / 4 AS "end", 'ACCEPT' AS action,
    CASE WHEN n < 4800 THEN 3 ELSE 2 END AS tcp_flags
FROM generate_series(0, 9599) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || (n % 240), '10.0.0.5', 9100, 10000 + n, 6, 12, 15000, 1773194400 + n / 4,
    1773194401 + n / 4, 'ACCEPT', 19
FROM generate_series(0, 4799) AS t(n)
