-- id: syn-flood
-- title: A little more than a thousand SYN a second, and nothing comes back
-- expect: medium 10.0.0.1 > 203.0.113.99:80
-- says: sent 300500 packets to 203.0.113.99 at port 80, at its busiest 1005 a second, averaged over a minute or more;
--   none came back
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.99' AS dstaddr, 40000 AS srcport, 80 AS dstport,
    6 AS protocol, 60100 AS packets, 60100 * 44 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 4) AS t(n)
