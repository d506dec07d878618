-- id: trusted
-- title: A forwarder asks for a whole company, and its resolver is trusted
-- expect: nothing
-- params: trusted=203.0.113.0/24
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 6000 AS packets, 420000 AS bytes, 1773194400 + 60 * n AS start, 1773194455 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
