-- id: hundred-times
-- title: A fault retries a rejected connection a hundred times as often as a strobe does
-- expect: high 10.0.0.1 > 203.0.113.9:8080
-- params: attempts=100
-- says: none was answered and 10000 were rejected
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 1024 + n % 60000 AS srcport,
    8080 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 9999) AS t(n)
