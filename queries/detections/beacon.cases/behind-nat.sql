-- id: behind-nat
-- title: Through a NAT gateway that is logged too, the host is named, and it alone
-- expect: medium 10.0.0.5 > 203.0.113.9:443
WITH call AS (
    SELECT n, 1773187260 + 300 * n + n * n * 7919 % 61 - 30 AS at, 32768 + n AS port
    FROM generate_series(0, 286) AS t(n)
)
SELECT 'eni-host' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, '10.0.0.5' AS pkt_srcaddr,
    '203.0.113.9' AS pkt_dstaddr, port AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 420 + n % 7 AS bytes,
    at AS start, at + 1 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-nat', '10.0.0.5', '10.0.9.9', '10.0.0.5', '203.0.113.9', port, 443, 6, 6, 420 + n % 7, at, at + 1,
    'ACCEPT', 3
FROM call
UNION ALL
SELECT 'eni-nat', '10.0.9.9', '203.0.113.9', '10.0.9.9', '203.0.113.9', port + 99, 443, 6, 6, 420 + n % 7, at, at + 1,
    'ACCEPT', 3
FROM call
UNION ALL
SELECT 'eni-host', '10.0.0.9', '10.0.0.8', '10.0.0.9', '10.0.0.8', 41000, 5432, 6, 10, 1000, at, at + 1, 'ACCEPT', 3
FROM (VALUES (1773187200), (1773273590)) AS f(at)
