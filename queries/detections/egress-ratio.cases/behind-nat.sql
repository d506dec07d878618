-- id: behind-nat
-- title: Through a NAT gateway that is logged too, the host is named, and it alone
-- expect: high 10.0.0.5 > 203.0.113.9:443
WITH moved AS (
    SELECT 1773187260 + 3600 * n AS at, '198.51.100.20' AS far, 40000 + n AS port, 100000 AS sent,
        4000000 AS got
    FROM generate_series(0, 23) AS t(n)
    UNION ALL
    SELECT 1773237600, '203.0.113.9', 50000, 1500000000, 900000
)
SELECT 'eni-host' AS interface_id, '10.0.0.5' AS srcaddr, far AS dstaddr, '10.0.0.5' AS pkt_srcaddr,
    far AS pkt_dstaddr, port AS srcport, 443 AS dstport, 6 AS protocol, 9000 AS packets, sent AS bytes, at AS start,
    at + 50 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM moved
UNION ALL
SELECT 'eni-host', far, '10.0.0.5', NULL, NULL, 443, port, 6, 9000, got, at, at + 50, 'ACCEPT', 19 FROM moved
UNION ALL
SELECT 'eni-nat', '10.0.0.5', '10.0.9.9', '10.0.0.5', far, port, 443, 6, 9000, sent, at, at + 50, 'ACCEPT', 3
FROM moved
UNION ALL
SELECT 'eni-nat', '10.0.9.9', '10.0.0.5', far, '10.0.0.5', 443, port, 6, 9000, got, at, at + 50, 'ACCEPT', 19
FROM moved
UNION ALL
SELECT 'eni-nat', '10.0.9.9', far, NULL, NULL, port + 7, 443, 6, 9000, sent, at, at + 50, 'ACCEPT', 3 FROM moved
UNION ALL
SELECT 'eni-nat', far, '10.0.9.9', NULL, NULL, 443, port + 7, 6, 9000, got, at, at + 50, 'ACCEPT', 19 FROM moved
