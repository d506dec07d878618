-- id: ten-minute-records
-- title: A record of ten minutes counts as ten minutes: 200 kB a minute
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 AS srcport, 53 AS dstport,
    17 AS protocol, 20000 AS packets, 2000000 AS bytes, 1773194400 + 600 * n AS start, 1773194999 + 600 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 2) AS t(n)
