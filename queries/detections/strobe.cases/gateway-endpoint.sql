-- id: gateway-endpoint
-- title: Calls of S3 that go through a gateway endpoint
-- expect: nothing
-- params: attempts=100
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 30000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773194400 + n AS start, 1773194400 + n + 1 AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags, 7 AS traffic_path
FROM generate_series(0, 999) AS t(n)
