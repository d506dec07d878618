-- id: steady-stream
-- title: Logs stream in over UDP all day without an answer
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport, 514 AS dstport,
    17 AS protocol, 400000 AS packets, 400000 * 300 AS bytes, 1773187200 + 300 * n AS start,
    1773187200 + 300 * n + 299 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 47) AS t(n)
