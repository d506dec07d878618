-- id: trusted
-- title: A listed address that the trusted list has as well
-- threat-list: feodo.txt
-- trusted: feodo.txt
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 9 AS packets, 900 AS bytes, 1773194400 AS start, 1773194405 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
