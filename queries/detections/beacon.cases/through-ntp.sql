-- id: through-ntp
-- title: A host sends 20 kB a minute to port 123 of an address outside, all day; another one sets its clock there
-- expect: high 10.0.0.5 > 203.0.113.9:123
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 + n AS srcport, 123 AS dstport,
    17 AS protocol, 20 AS packets, 20000 AS bytes, 1773187200 + 60 * n AS start, 1773187202 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 1439) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 123, 40000 + n, 17, 16, 16000, 1773187200 + 60 * n, 1773187202 + 60 * n,
    'ACCEPT', 0
FROM generate_series(0, 1439) AS t(n)
UNION ALL
SELECT 'eni-6', '10.0.0.6', '203.0.113.9', 40000 + n, 123, 17, 1, 76, 1773187200 + 64 * n, 1773187200 + 64 * n, 'ACCEPT',
    0
FROM generate_series(0, 1349) AS t(n)
