-- id: vpn
-- title: A VPN between two sites is open for twenty hours
-- expect: info 10.0.0.5 > 203.0.113.9:4500
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 4500 AS srcport, 4500 AS dstport,
    17 AS protocol, 500 AS packets, 90000 AS bytes, 1773187200 + 60 * n AS start, 1773187258 + 60 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 1199) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 4500, 4500, 17, 500, 90000, 1773187200 + 60 * n, 1773187258 + 60 * n,
    'ACCEPT'
FROM generate_series(0, 1199) AS t(n)
