-- id: over-the-hours
-- title: Forty servers, one every two minutes: fifteen in the first hour, twenty-five in the next; and one hours before
-- expect: medium 10.0.0.1 > -:25
-- says: tried 40 mail servers in 40 attempts, up to 25 servers in a clock hour; 40 answered
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.' || n AS dstaddr, 40000 + n AS srcport,
    25 AS dstport, 6 AS protocol, 14 AS packets, 12000 AS bytes, 1773196200 + 120 * n AS start,
    1773196200 + 120 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 25, 40000 + n, 6, 10, 700, 1773196200 + 120 * n,
    1773196200 + 120 * n + 5, 'ACCEPT', 19
FROM generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.200', 50000, 25, 6, 14, 12000, 1773188000, 1773188005, 'ACCEPT', 3
