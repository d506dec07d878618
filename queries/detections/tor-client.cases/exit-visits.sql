-- id: exit-visits
-- title: People visit a web server of ours over Tor
-- tor-list: relays.txt
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.' || (9 + n % 6) AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 9 AS packets, 900 AS bytes, 1773194400 + 60 * n AS start, 1773194405 + 60 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (9 + n % 6), 443, 40000 + n, 6, 9, 40000, 1773194400 + 60 * n,
    1773194405 + 60 * n, 'ACCEPT', 19
FROM generate_series(1, 30) AS t(n)
