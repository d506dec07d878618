-- id: forgotten-ports
-- title: Twelve hundred connections of forty clients are let in, and every reply is rejected
-- expect: medium - > 10.0.0.1:443
SELECT 'eni-1' AS interface_id, '203.0.113.' || (n % 40) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 3 AS packets, 180 AS bytes, 1773194400 + 5 * n AS start,
    1773194400 + 5 * n + 7 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 1199) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (n % 40), 443, 40000 + n, 6, 3, 180, 1773194400 + 5 * n,
    1773194400 + 5 * n + 7, 'REJECT', 18
FROM generate_series(0, 1199) AS t(n)
