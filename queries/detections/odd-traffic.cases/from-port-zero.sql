-- id: from-port-zero
-- title: Datagrams from port 0 of a public address are let in
-- expect: low 203.0.113.9 > 10.0.0.1:0
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 0 AS srcport, 5060 AS dstport,
    17 AS protocol, 2 AS packets, 200 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
