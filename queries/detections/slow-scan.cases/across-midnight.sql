-- id: across-midnight
-- title: The last 24 hours are one day, although midnight lies within them
-- expect: info 203.0.113.9 > -:23
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || n AS dstaddr, 50000 AS srcport, 23 AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773252000 + 2400 * n AS start, 1773252001 + 2400 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
