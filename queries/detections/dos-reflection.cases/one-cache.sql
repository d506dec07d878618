-- id: one-cache
-- title: One memcached server sends 60 MB to a web port, which is lower than its own
-- expect: medium 203.0.113.9 > 10.0.0.1:80
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 11211 AS srcport, 80 AS dstport,
    17 AS protocol, 43000 AS packets, 43000 * 1400 AS bytes, 1773194400 AS start, 1773194450 AS "end",
    'ACCEPT' AS action
