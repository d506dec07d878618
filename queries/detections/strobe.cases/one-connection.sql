-- id: one-connection
-- title: One connection that stays open all day has a record a minute and began once
-- expect: nothing
-- params: attempts=100
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 20 AS packets, 3000 AS bytes, 1773187200 + 60 * n AS start, 1773187200 + 60 * n + 59 AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 1439) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 443, 40000, 6, 20, 3000, 1773187200 + 60 * n, 1773187200 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 1439) AS t(n)
