-- id: tunnel
-- title: A host sends four gigabytes through a connection of seven hours to the SSH of an address outside
-- expect: high 10.0.0.5 > 203.0.113.9:22
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 22 AS dstport,
    6 AS protocol, 9000 AS packets, 10000000 AS bytes, 1773187200 + 60 * n AS start, 1773187250 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 419) AS t(n)
