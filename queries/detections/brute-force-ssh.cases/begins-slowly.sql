-- id: begins-slowly
-- title: Nine passwords in a quarter of an hour, then thirty in five minutes, then nine, and a session that is larger
-- expect: medium 203.0.113.9 > 10.0.0.1:22
-- says: 203.0.113.9 opened 48 SSH connections to 10.0.0.1 that are all alike, of about 15 packets each
WITH guessed AS (
    SELECT 1773194400 + 100 * n AS at, 14 + n % 3 AS packets, 40000 + n AS port FROM generate_series(0, 8) AS t(n)
    UNION ALL
    SELECT 1773195300 + 10 * n, 14 + n % 3, 41000 + n FROM generate_series(0, 29) AS t(n)
    UNION ALL
    SELECT 1773195600 + 100 * n, 14 + n % 3, 42000 + n FROM generate_series(0, 8) AS t(n)
    UNION ALL
    SELECT 1773196800, 40, 43000
)
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, port AS srcport, 22 AS dstport,
    6 AS protocol, packets, 130 * packets AS bytes, at AS start, at + 4 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM guessed
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, port, 6, 12, 2400, at, at + 4, 'ACCEPT', 19
FROM guessed
