-- id: over-tcp
-- title: Large answers over TCP
-- expect: nothing
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    53 AS srcport, 40000 + n AS dstport, 6 AS protocol, 20 AS packets, 20 * 1200 AS bytes, 1773194400 + n AS start,
    1773194400 + n + 5 AS "end", 'ACCEPT' AS action, 19 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
