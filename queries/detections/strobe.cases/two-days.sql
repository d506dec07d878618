-- id: two-days
-- title: Sixty attempts late on one day and sixty early on the next
-- expect: nothing
-- params: attempts=100
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 30000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773187200 + 86400 - 60 + n AS start,
    1773187200 + 86400 - 60 + n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
