-- id: just-under
-- title: 49 MB of one server
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 11211 AS srcport, 40000 AS dstport,
    17 AS protocol, 35000 AS packets, 35000 * 1400 AS bytes, 1773194400 AS start, 1773194450 AS "end",
    'ACCEPT' AS action
