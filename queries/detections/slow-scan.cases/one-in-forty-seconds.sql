-- id: one-in-forty-seconds
-- title: A host on the internet probes one closed port after another all day, one every 40 seconds
-- expect: medium 203.0.113.9 > -
SELECT 'eni-' || (n % 12) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (n % 12) AS dstaddr, 50000 AS srcport,
    1 + n * 7919 % 60000 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773187200 + 40 * n AS start,
    1773187201 + 40 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 2158) AS t(n)
