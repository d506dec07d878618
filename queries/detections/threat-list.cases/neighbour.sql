-- id: neighbour
-- title: The address beside a listed one, and one beyond a listed network
-- threat-list: feodo.txt
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, CASE n WHEN 1 THEN '203.0.113.10' ELSE '198.51.101.0' END AS dstaddr,
    40000 + n AS srcport, 443 AS dstport, 6 AS protocol, 9 AS packets, 900 AS bytes, 1773194400 AS start,
    1773194405 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 2) AS t(n)
