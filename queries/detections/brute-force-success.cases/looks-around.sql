-- id: looks-around
-- title: Seventy guesses within an hour, and then a session sixteen times as large, in records without TCP flags
-- expect: high 203.0.113.9 > 10.0.0.1:3389
-- says: a session of 4 minutes
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 3389 AS dstport,
    6 AS protocol, 8 AS packets, 3820 + 40 * (n % 7) AS bytes, 1773191400 + 40 * n AS start,
    1773191402 + 40 * n AS "end", 'ACCEPT' AS action
FROM generate_series(1, 70) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 40000 + n, 6, 9, 3216, 1773191400 + 40 * n, 1773191402 + 40 * n,
    'ACCEPT'
FROM generate_series(1, 70) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 39999, 3389, 6, 16, 13000, 1773194700 + 60 * n, 1773194759 + 60 * n, 'ACCEPT'
FROM generate_series(2, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 3389, 39999, 6, 20, 17000, 1773194700 + 60 * n, 1773194759 + 60 * n, 'ACCEPT'
FROM generate_series(2, 5) AS t(n)
