-- id: burst
-- title: Fifty thousand packets in five seconds are less than a minute of a flood
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.99' AS dstaddr, 40000 AS srcport,
    27015 AS dstport, 17 AS protocol, 50000 AS packets, 50000 * 540 AS bytes, 1773194400 AS start,
    1773194405 AS "end", 'ACCEPT' AS action
