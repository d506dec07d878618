-- id: half-an-hour
-- title: Half an hour with a pool whose port is higher than the host's own
-- expect: medium 10.0.0.1 > 203.0.113.33:45700
-- says: for 31 minutes

-- Rows without flags then look as if the pool had opened a connection to port 33000 of the host.
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 33000 AS srcport,
    45700 AS dstport, 6 AS protocol, 10 AS packets, 1500 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 30) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 45700, 33000, 6, 10, 3000, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 30) AS t(n)
