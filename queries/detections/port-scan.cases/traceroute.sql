-- id: traceroute
-- title: Traceroute reaches a host whose security group rejects what it sends, to a port of its own each time
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    33434 + n AS dstport, 17 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'REJECT' AS action
FROM generate_series(36, 89) AS t(n)
