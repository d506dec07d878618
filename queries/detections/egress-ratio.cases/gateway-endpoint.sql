-- id: gateway-endpoint
-- title: The nightly backup through the gateway endpoint, which goes to S3
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.20' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 500 AS packets, 100000 AS bytes, 1773187260 + 3600 * n AS start,
    1773187310 + 3600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 8 AS traffic_path
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.20', '10.0.0.5', 443, 40000 + n, 6, 500, 4000000, 1773187260 + 3600 * n,
    1773187310 + 3600 * n, 'ACCEPT', 19, NULL
FROM generate_series(0, 23) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '3.5.28.140', 50000, 443, 6, 50000, 1500000000, 1773195000, 1773195055, 'ACCEPT', 3, 7
UNION ALL
SELECT 'eni-1', '3.5.28.140', '10.0.0.5', 443, 50000, 6, 20000, 900000, 1773195000, 1773195055, 'ACCEPT', 19, NULL
