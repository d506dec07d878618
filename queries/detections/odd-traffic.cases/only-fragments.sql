-- id: only-fragments
-- title: Datagrams of port 0 on both sides, and no others of the pair
-- expect: medium 10.0.0.1 > 203.0.113.9:0
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 0 AS srcport, 0 AS dstport,
    17 AS protocol, 300 AS packets, 300 * 500 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 50 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
