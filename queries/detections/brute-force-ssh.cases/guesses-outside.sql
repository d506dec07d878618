-- id: guesses-outside
-- title: A host of ours tries thirty passwords in ten minutes at a host outside
-- expect: medium 10.0.0.5 > 203.0.113.9:22
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 10000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 20 + n % 10 AS packets, 4000 + 90 * (n % 20) AS bytes, 1773187200 + 20 * n AS start,
    1773187203 + 20 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 22, 10000 + n, 6, 18, 3300, 1773187200 + 20 * n, 1773187203 + 20 * n,
    'ACCEPT', 19
FROM generate_series(0, 29) AS t(n)
