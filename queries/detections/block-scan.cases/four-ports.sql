-- id: four-ports
-- title: Four closed ports of thirty hosts are a sweep, no block
-- expect: nothing
SELECT 'eni-' || (n % 30) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (n % 30) AS dstaddr,
    40000 AS srcport, 3300 + n / 30 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes,
    1773194400 + 20 * n AS start, 1773194401 + 20 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
