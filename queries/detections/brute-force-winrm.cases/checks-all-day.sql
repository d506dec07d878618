-- id: checks-all-day
-- title: Monitoring asks for five values every minute, all day
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.9.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 5985 AS dstport,
    6 AS protocol, 14 AS packets, 5200 + 40 * (n % 5) AS bytes, 1773187200 + 12 * n AS start,
    1773187202 + 12 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 7199) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.9.9', 5985, 10000 + n, 6, 14, 8000, 1773187200 + 12 * n, 1773187202 + 12 * n,
    'ACCEPT', 19
FROM generate_series(0, 7199) AS t(n)
