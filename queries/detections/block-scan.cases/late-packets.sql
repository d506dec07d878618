-- id: late-packets
-- title: Without TCP flags, the last packets of a server's closed connections to sixty ports of clients are rejected
-- expect: nothing
SELECT 'eni-' || (n % 6) AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.' || (n % 6) AS dstaddr, 50051 AS srcport,
    40000 + n AS dstport, 6 AS protocol, 20 AS packets, 9000 AS bytes, 1773194400 + 30 * n AS start,
    1773194420 + 30 * n AS "end", 'ACCEPT' AS action
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-' || (n % 6), '203.0.113.' || (n % 6), '10.0.0.5', 40000 + n, 50051, 6, 20, 9000, 1773194400 + 30 * n,
    1773194420 + 30 * n, 'ACCEPT'
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-' || (n % 6), '10.0.0.5', '203.0.113.' || (n % 6), 50051, 40000 + n, 6, 1, 40, 1773194800 + 30 * n,
    1773194800 + 30 * n, 'REJECT'
FROM generate_series(1, 60) AS t(n)
