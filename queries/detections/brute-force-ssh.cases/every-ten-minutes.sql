-- id: every-ten-minutes
-- title: A provider outside logs in every ten minutes, all day, to look after the host
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 14 + n % 3 AS packets, 1900 AS bytes, 1773187200 + 600 * n AS start,
    1773187203 + 600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 10000 + n, 6, 12, 2400, 1773187200 + 600 * n, 1773187203 + 600 * n,
    'ACCEPT', 19
FROM generate_series(0, 143) AS t(n)
