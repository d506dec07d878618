-- id: behind-nat
-- title: The NAT gateway repeats what a host behind it does and is not reported beside it
-- expect: low 10.0.0.1 > 203.0.113.9:443
-- params: attempts=100
-- interfaces: nat.json
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 30000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 149) AS t(n)
UNION ALL
SELECT 'eni-nat', '10.0.9.9', '203.0.113.9', 1024 + n, 443, 6, 1, 60, 1773194400 + n, 1773194400 + n, 'ACCEPT', 2
FROM generate_series(0, 149) AS t(n)
