-- id: internet-noise
-- title: A listed scanner knocks ninety-nine times and is refused
-- threat-list: feodo.txt
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 22 + n AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 99) AS t(n)
