-- id: many-targets
-- title: A crawler begins as many connections, but to a hundred addresses
-- expect: nothing
-- params: attempts=100
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '198.51.100.' || (n % 100) AS dstaddr,
    1024 + n % 60000 AS srcport, 443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773194400 + n AS start,
    1773194400 + n + 1 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 999) AS t(n)
