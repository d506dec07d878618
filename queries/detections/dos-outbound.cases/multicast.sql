-- id: multicast
-- title: A stream to a multicast group
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '239.1.1.1' AS dstaddr, 40000 AS srcport, 5004 AS dstport,
    17 AS protocol, 300000 AS packets, 300000 * 1316 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 4) AS t(n)
