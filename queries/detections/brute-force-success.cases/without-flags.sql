-- id: without-flags
-- title: Sixty guesses at a database and a session twenty hours later, in records without TCP flags
-- expect: high 10.0.0.5 > 10.0.0.1:5432
-- says: a session of 10 minutes
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 5432 AS dstport,
    6 AS protocol, 7 AS packets, 520 + n % 50 AS bytes, 1773194400 + 8 * n AS start, 1773194401 + 8 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5432, 40000 + n, 6, 6, 560, 1773194400 + 8 * n, 1773194401 + 8 * n, 'ACCEPT'
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 39999, 5432, 6, 40, 3100, 1773266400 + 60 * n, 1773266459 + 60 * n, 'ACCEPT'
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.0.5', 5432, 39999, 6, 70, 90000, 1773266400 + 60 * n, 1773266459 + 60 * n, 'ACCEPT'
FROM generate_series(0, 9) AS t(n)
