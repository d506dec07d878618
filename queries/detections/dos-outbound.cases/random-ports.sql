-- id: random-ports
-- title: A flood from one port at random ones: half of it looks like answers of a service
-- expect: high 10.0.0.1 > 203.0.113.99
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.99' AS dstaddr, 40000 AS srcport,
    1024 + n * 64 AS dstport, 17 AS protocol, 5000 AS packets, 5000 * 400 AS bytes,
    1773194400 + n % 5 * 60 AS start, 1773194400 + n % 5 * 60 + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 1000) AS t(n)
