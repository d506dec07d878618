-- id: monitoring
-- title: An uptime service visits twelve ports of twelve hosts; every fourth does not answer
-- expect: nothing
SELECT 'eni-' || (n % 12) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (n % 12) AS dstaddr,
    40000 + n AS srcport, 8000 + n / 12 AS dstport, 6 AS protocol, 4 AS packets, 240 AS bytes,
    1773194400 + 10 * n AS start, 1773194402 + 10 * n AS "end", 'ACCEPT' AS action,
    CASE WHEN n % 4 = 0 THEN 2 ELSE 3 END AS tcp_flags
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-' || (n % 12), '10.0.0.' || (n % 12), '203.0.113.9', 8000 + n / 12, 40000 + n, 6, 3, 180,
    1773194400 + 10 * n, 1773194402 + 10 * n, 'ACCEPT', 19
FROM generate_series(0, 143) AS t(n)
WHERE n % 4 <> 0
