-- id: few-rejects
-- title: A client tries two wrong ports thirty times each and then uses the right one
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport,
    8080 + n % 2 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + 60 * n AS start,
    1773194401 + 60 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000, 443, 6, 900, 90000, 1773198600, 1773198900, 'ACCEPT', 3
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 443, 41000, 6, 2400, 3000000, 1773198600, 1773198900, 'ACCEPT', 19
