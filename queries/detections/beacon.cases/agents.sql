-- id: agents
-- title: An agent on five of nine hosts calls its server every five minutes
-- expect: nothing
WITH call AS (
    SELECT n, host, 1773187200 + 300 * n + 17 * host AS at
    FROM generate_series(0, 287) AS t(n)
    CROSS JOIN generate_series(1, 5) AS h(host)
)
SELECT 'eni-' || host AS interface_id, '10.0.0.' || host AS srcaddr, '203.0.113.9' AS dstaddr, 32768 + n AS srcport,
    443 AS dstport, 6 AS protocol, 9 AS packets, 1900 AS bytes, at AS start, at + 1 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-' || host, '203.0.113.9', '10.0.0.' || host, 443, 32768 + n, 6, 9, 5300, at, at + 1, 'ACCEPT', 19
FROM call
UNION ALL
SELECT 'eni-' || host, '10.0.0.' || host, '198.51.100.' || host, 50000, 443, 6, 9, 1900, 1773194400, 1773194401,
    'ACCEPT', 3
FROM generate_series(6, 9) AS h(host)
