-- id: endpoint
-- title: 100 GB to S3 through a gateway endpoint, and none through the NAT gateway
-- expect: nothing
-- interfaces: nat.json
-- aws-ip-ranges: ranges.json
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.7' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 712857 AS packets, 998000000 AS bytes, 1773194400 + 60 * n AS start,
    1773194459 + 60 * n AS "end", 'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags,
    '10.0.0.5' AS pkt_srcaddr, '198.51.100.7' AS pkt_dstaddr, 'egress' AS flow_direction, 7 AS traffic_path
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-5', '198.51.100.7', '10.0.0.5', 443, 40000, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, '198.51.100.7', '10.0.0.5', 'ingress', NULL
FROM generate_series(0, 99) AS t(n)
