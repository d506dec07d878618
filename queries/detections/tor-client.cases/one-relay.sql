-- id: one-relay
-- title: One answered connection to one relay
-- tor-list: relays.txt
-- expect: medium 10.0.0.5 > 203.0.113.9:443
-- says: reached 1 relay of Tor in 1 connection,
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 9 AS packets, 900 AS bytes, 1773194400 AS start, 1773194405 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 40000, 6, 9, 4000, 1773194400, 1773194405, 'ACCEPT', 19
