-- id: late-answers
-- title: Forty connections begin in the last second of five minutes and are answered in the next five
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.' || n AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 9 AS packets, 900 AS bytes, 1773194399 AS start, 1773194405 AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-5', '198.51.100.' || n, '10.0.0.5', 443, 40000 + n, 6, 9, 9000, 1773194400, 1773194405, 'ACCEPT', 19
FROM generate_series(1, 40) AS t(n)
