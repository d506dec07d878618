-- id: no-answer
-- title: A host that is down does not answer
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 3 AS packets, 132 AS bytes, 1773194400 + n AS start, 1773194400 + n + 7 AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 99) AS t(n)
