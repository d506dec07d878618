-- id: quic-port
-- title: A QUIC client with UDP port 5900
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 5900 AS srcport, 8443 AS dstport,
    17 AS protocol, 40 AS packets, 9000 AS bytes, 1773194400 AS start, 1773194440 AS "end", 'ACCEPT' AS action
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 8443, 5900, 17, 60, 90000, 1773194400, 1773194440, 'ACCEPT'
