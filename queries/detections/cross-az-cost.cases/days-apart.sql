-- id: days-apart
-- title: Logs of two days, ten days apart, on each of which 1 TB went to a host of another zone
-- expect: low 10.0.0.5 > 10.0.16.9:5432
-- says: exchanged 1.0 TB with port 5432 (postgresql) of 10.0.16.9; 20.00 USD, 600.00 USD a month of such days
-- interfaces: zones.json
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.16.9' AS dstaddr, 40000 AS srcport, 5432 AS dstport,
    6 AS protocol, 714285 AS packets, 1000000000 AS bytes, 1773194400 + 864000 * (n / 1000) + n % 1000 AS start,
    1773194400 + 864000 * (n / 1000) + n % 1000 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags,
    '123456789012' AS account_id, 'egress' AS flow_direction
FROM generate_series(0, 1999) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 40000 + n, 443, 6, 1, 40, 1773187200 + 864000 * (n / 24) + 3600 * (n % 24),
    1773187201 + 864000 * (n / 24) + 3600 * (n % 24), 'REJECT', 2, '123456789012', 'ingress'
FROM generate_series(0, 47) AS t(n)
