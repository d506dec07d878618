-- id: four-times
-- title: Ten guesses in ten minutes, and a connection of four times as many packets and bytes is too little
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 15 AS packets, 2400 AS bytes, 1773194400 + 60 * n AS start, 1773194403 + 60 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 13, 2700, 1773194400 + 60 * n, 1773194403 + 60 * n,
    'ACCEPT', 19
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 22, 6, 60, 9600, 1773196200, 1773196240, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 39999, 6, 80, 16000, 1773196200, 1773196240, 'ACCEPT', 19
