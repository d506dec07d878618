-- id: other-traffic
-- title: Time, the resolvers of Amazon, HTTPS to others, a query that is refused, and a try of the network
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, address AS dstaddr, 40000 + n AS srcport, port AS dstport,
    protocol, 12 AS packets, 1900 AS bytes, 1773194400 + 60 * n AS start, 1773194402 + 60 * n AS "end", action,
    CASE WHEN protocol = 6 THEN 3 ELSE 0 END AS tcp_flags
FROM generate_series(0, 59) AS t(n)
CROSS JOIN (
    VALUES
        ('203.0.113.123', 123, 17, 'ACCEPT'),
        ('10.0.0.2', 53, 17, 'ACCEPT'),
        ('169.254.169.253', 53, 17, 'ACCEPT'),
        ('203.0.113.80', 443, 6, 'ACCEPT'),
        ('8.8.8.8', 80, 6, 'ACCEPT'),
        ('198.51.100.53', 53, 17, 'REJECT')
) AS r(address, port, protocol, action)
UNION ALL
SELECT 'eni-1', '10.0.0.6', '8.8.8.8', 40000 + n, 53, 17, 1, 70, 1773194400 + 60 * n, 1773194400 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 8) AS t(n)
