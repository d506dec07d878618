-- id: two-answer
-- title: A stranger tries five ports of twelve hosts, and two of sixty answer
-- expect: low 203.0.113.9 > -
-- says: tried 5 ports of 12 hosts, 60 pairs of them in 60 attempts;
--   2 answered: port 8001 of 10.0.0.7, port 8003 of 10.0.0.9
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || n AS dstaddr, 40000 + n AS srcport,
    8000 + port AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 600 * port + 40 * n AS start,
    1773194400 + 600 * port + 40 * n AS "end", CASE WHEN n = 6 + port THEN 'ACCEPT' ELSE 'REJECT' END AS action,
    2 AS tcp_flags
FROM generate_series(1, 12) AS t(n), (VALUES (0), (1), (2), (3), (4)) AS tried(port)
UNION ALL
SELECT 'eni-1', '10.0.0.' || (6 + port), '203.0.113.9', 8000 + port, 40006 + port, 6, 1, 44,
    1773194400 + 600 * port + 40 * (6 + port), 1773194400 + 600 * port + 40 * (6 + port), 'ACCEPT', 18
FROM (VALUES (1), (3)) AS open(port)
