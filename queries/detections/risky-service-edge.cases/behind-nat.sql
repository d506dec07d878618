-- id: behind-nat
-- title: The NAT gateway repeats what a host behind it does and is not reported beside it
-- expect: low 10.0.0.1 > 203.0.113.9:21
-- interfaces: nat.json
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 50000 AS srcport, 21 AS dstport,
    6 AS protocol, 40 AS packets, 9000 AS bytes, 1773194400 AS start, 1773194440 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 21, 50000, 6, 60, 90000, 1773194400, 1773194440, 'ACCEPT', 19
UNION ALL
SELECT 'eni-nat', '10.0.9.9', '203.0.113.9', 2000, 21, 6, 40, 9000, 1773194400, 1773194440, 'ACCEPT', 3
UNION ALL
SELECT 'eni-nat', '203.0.113.9', '10.0.9.9', 21, 2000, 6, 60, 90000, 1773194400, 1773194440, 'ACCEPT', 19
