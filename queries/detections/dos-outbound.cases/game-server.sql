-- id: game-server
-- title: A hundred thousand packets a second at a game server, for ten minutes
-- expect: critical 10.0.0.1 > 203.0.113.99:27015
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.99' AS dstaddr, 40000 AS srcport,
    27015 AS dstport, 17 AS protocol, 6100000 AS packets, 6100000 * 540 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
