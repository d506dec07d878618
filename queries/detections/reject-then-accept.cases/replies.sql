-- id: replies
-- title: Without TCP flags, a server's late replies to thirty ports of a client are rejected, and later ones accepted
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 50051 AS dstport,
    6 AS protocol, 20 AS packets, 4000 AS bytes, 1773194400 + 60 * n AS start, 1773194420 + 60 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 50051, 40000 + n, 6, 30, 40000, 1773194400 + 60 * n, 1773194420 + 60 * n,
    'ACCEPT'
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 50051, 40000 + n, 6, 1, 40, 1773194720 + 60 * n, 1773194720 + 60 * n, 'REJECT'
FROM generate_series(1, 30) AS t(n)
