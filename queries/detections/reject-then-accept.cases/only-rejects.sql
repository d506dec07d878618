-- id: only-rejects
-- title: Two hundred closed ports, and none that is open; an accepted attempt gets no answer
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 7000 + n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 1773194401 + n AS "end",
    CASE WHEN n = 200 THEN 'ACCEPT' ELSE 'REJECT' END AS action, 2 AS tcp_flags
FROM generate_series(0, 200) AS t(n)
