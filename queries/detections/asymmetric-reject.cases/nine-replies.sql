-- id: nine-replies
-- title: Nine rejected replies of nine connections
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 61000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 3 AS packets, 180 AS bytes, 1773194400 + 10 * n AS start,
    1773194400 + 10 * n + 7 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 8) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 61000 + n, 6, 3, 180, 1773194400 + 10 * n, 1773194400 + 10 * n + 7,
    'REJECT', 18
FROM generate_series(0, 8) AS t(n)
