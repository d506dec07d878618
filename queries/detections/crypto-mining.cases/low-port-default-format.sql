-- id: low-port-default-format
-- title: A miner has a lower port than its pool, which then looks like a client, in the default format
-- expect: medium 10.16.23.10 > 203.0.113.63:45700
-- says: 10.16.23.10 talked to port 45700 of 203.0.113.63 for 45 minutes
SELECT 'eni-1' AS interface_id, '10.16.23.10' AS srcaddr, '203.0.113.63' AS dstaddr, 44015 AS srcport,
    45700 AS dstport, 6 AS protocol, 10 AS packets, 1500 AS bytes, 1773194400 + 60 * n AS start,
    1773194459 + 60 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 44) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.63', '10.16.23.10', 45700, 44015, 6, 11, 3200, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT'
FROM generate_series(0, 44) AS t(n)
