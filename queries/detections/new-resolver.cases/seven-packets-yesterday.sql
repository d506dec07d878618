-- id: seven-packets-yesterday
-- title: Seven packets of the day before do not hide forty
-- judged: last
-- expect: medium 10.0.0.5 > 203.0.113.53:53
-- says: but in passing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1 AS packets, 70 AS bytes, 1773187200 + 86400 * day + 600 * n AS start,
    1773187201 + 86400 * day + 600 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.53', '10.0.0.5', 53, 40000 + n, 17, 1, 200, 1773187200 + 86400 * day + 600 * n,
    1773187201 + 86400 * day + 600 * n, 'ACCEPT'
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.53', 50000 + n, 53, 17, 1, 70, 1774051200 + 600 * n, 1774051201 + 600 * n,
    'ACCEPT'
FROM generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 53, 50000 + n, 17, 1, 200, 1774051200 + 600 * n, 1774051201 + 600 * n,
    'ACCEPT'
FROM generate_series(0, 39) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.53', 45000, 53, 17, 7, 490, 1774014800, 1774014805,
    'ACCEPT'
UNION ALL
SELECT 'eni-1', '203.0.113.53', '10.0.0.5', 53, 45000, 17, 7, 1400, 1774014800, 1774014805,
    'ACCEPT'
