-- id: one-relay
-- title: A host sends 500 mails an hour through the three addresses of one relay
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.' || (n % 3) AS dstaddr, 40000 + n AS srcport,
    587 AS dstport, 6 AS protocol, 14 AS packets, 12000 AS bytes, 1773194400 + 7 * n AS start,
    1773194400 + 7 * n + 3 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 500) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || (n % 3), '10.0.0.1', 587, 40000 + n, 6, 10, 700, 1773194400 + 7 * n,
    1773194400 + 7 * n + 3, 'ACCEPT', 19
FROM generate_series(1, 500) AS t(n)
