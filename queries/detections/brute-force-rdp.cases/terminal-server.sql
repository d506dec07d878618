-- id: terminal-server
-- title: An office works at a terminal server through connections that break and come back, two hundred within the hour
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 8 + n * 7919 % 97 * (n * 31 % 7) / 3 AS packets, 4200 + 150 * (n * 7919 % 101) AS bytes,
    1773194400 + 16 * n AS start, 1773194450 + 16 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 40000 + n, 6, 40 + n * 7919 % 97, 9000 + 1200 * (n * 7919 % 97),
    1773194400 + 16 * n, 1773194450 + 16 * n, 'ACCEPT', 19
FROM generate_series(1, 200) AS t(n)
