-- id: three-relays
-- title: A host talks to three relays for hours
-- tor-list: relays.txt
-- expect: high 10.0.0.5 > -:9001
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.' || (9 + n % 3) AS dstaddr, 40000 + n AS srcport,
    9001 AS dstport, 6 AS protocol, 9 AS packets, 9000 AS bytes, 1773194400 + 600 * n AS start,
    1773194460 + 600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.' || (9 + n % 3), '10.0.0.5', 9001, 40000 + n, 6, 9, 40000, 1773194400 + 600 * n,
    1773194460 + 600 * n, 'ACCEPT', 19
FROM generate_series(1, 12) AS t(n)
