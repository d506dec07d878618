-- id: time
-- title: NTP with one port on both sides, every four minutes of the day
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 123 AS srcport, 123 AS dstport,
    17 AS protocol, 1 AS packets, 76 AS bytes, 1773187200 + 256 * n AS start, 1773187200 + 256 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 336) AS t(n)
