-- id: from-inside
-- title: A host of ours is rejected at twelve ports of a neighbour and let in at a thirteenth, all within a minute
-- expect: medium 10.0.0.5 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    3300 + n AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + 4 * n AS start,
    1773194401 + 4 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 12) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 41000, 9200, 6, 9, 900, 1773194430, 1773194432, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 9200, 41000, 6, 9, 6000, 1773194430, 1773194432, 'ACCEPT', 19
