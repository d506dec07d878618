-- id: outage
-- title: Monitoring asks forty hosts that went away every five minutes of the day
-- expect: low 10.0.0.9 > -:9100
-- says: in 40 attempts, 11520 with those that failed later
SELECT 'eni-9' AS interface_id, '10.0.0.9' AS srcaddr, '10.0.1.' || host AS dstaddr, 40000 + n AS srcport,
    9100 AS dstport, 6 AS protocol, 3 AS packets, 180 AS bytes, 1773187200 + 300 * n + host AS start,
    1773187203 + 300 * n + host AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 40) AS hosts(host)
CROSS JOIN generate_series(0, 287) AS t(n)
