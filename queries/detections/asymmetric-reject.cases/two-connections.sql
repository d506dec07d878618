-- id: two-connections
-- title: Two connections with twenty rejected replies
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 61000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 3 AS packets, 180 AS bytes, 1773194400 + n AS start, 1773194400 + n + 7 AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 1) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 61000 + n % 2, 6, 1, 60, 1773194400 + 2 * n, 1773194400 + 2 * n,
    'REJECT', 18
FROM generate_series(0, 19) AS t(n)
