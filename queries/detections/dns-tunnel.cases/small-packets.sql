-- id: small-packets
-- title: An hour of 150 kB a minute in packets of 190 bytes
-- expect: medium 10.0.0.5 > 203.0.113.53:53
-- says: sent 9.0 MB to 203.0.113.53 in 47400 DNS packets of 190 bytes on average
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 790 AS packets, 790 * 190 AS bytes, 1773194400 + 60 * n AS start, 1773194455 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
