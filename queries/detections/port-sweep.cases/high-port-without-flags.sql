-- id: high-port-without-flags
-- title: A worm tries port 37215 of 110 public addresses within an hour, in the default format
-- expect: high 10.0.0.5 > -:37215
-- says: 10.0.0.5 tried port 37215 of 110 hosts on the internet in 110 attempts; 0 answered
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.41.' || n || '.7' AS dstaddr, 33000 + 100 * n AS srcport,
    37215 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + 30 * n AS start,
    1773194401 + 30 * n AS "end", 'ACCEPT' AS action
FROM generate_series(1, 110) AS t(n)
