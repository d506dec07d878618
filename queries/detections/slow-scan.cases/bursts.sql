-- id: bursts
-- title: A host on the internet tries twelve closed ports within a minute, again and again with an hour between
-- expect: info 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 AS srcport, 8000 + n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n / 12 * 3600 + n % 12 * 4 AS start,
    1773194401 + n / 12 * 3600 + n % 12 * 4 AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 47) AS t(n)
