-- id: beyond-midnight
-- title: Logs of a day and some minutes count as a day
-- expect: info 10.0.9.9 > 203.0.113.9
-- says: The NAT gateway 10.0.9.9 carried 50.0 GB to and from 203.0.113.9: 2.25 USD, 67.50 USD a month of such days
-- interfaces: nat.json
SELECT 'eni-9' AS interface_id, '10.0.9.9' AS srcaddr, '203.0.113.9' AS dstaddr, 10000 AS srcport, 443 AS dstport,
    6 AS protocol, 35715 AS packets, 50000000 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags, 'egress' AS flow_direction, 8 AS traffic_path
FROM generate_series(0, 999) AS t(n)
UNION ALL
SELECT 'eni-9', '203.0.113.9', '10.0.9.9', 40000 + n, 443, 6, 1, 40, 1773186900 + 3620 * n, 1773186901 + 3620 * n,
    'REJECT', 2, 'ingress', NULL
FROM generate_series(0, 24) AS t(n)
