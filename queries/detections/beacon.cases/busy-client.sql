-- id: busy-client
-- title: Requests of one size at random, sixteen a minute, all day: busy, but no clock
-- expect: nothing
WITH call AS (
    SELECT n, 1773187200 + 60 * (n / 16) + (n * n * 7919 + n * 104729) % 60 AS at FROM generate_series(0, 23039) AS t(n)
)
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 32768 + n % 28000 AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 700 AS bytes, at AS start, at + 1 AS "end", 'ACCEPT' AS action,
    3 AS tcp_flags
FROM call
