-- id: locked-out
-- title: Twenty clients of ours are rejected again and again after a change of a rule
-- expect: low - > 10.0.0.1:5432
-- says: 360 attempts of 20 sources were rejected at eni-1, at most 18 of one source, most at port 5432 (postgresql)
SELECT 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start, 1773187201 + 300 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.250', 443, 30000 + n, 6, 8, 4000, 1773187200 + 300 * n, 1773187201 + 300 * n,
    'ACCEPT', 19
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.2.' || (n % 20), '10.0.0.1', 20000 + n, 5432, 6, 9, 900, 1773187200 + 10 * n, 1773187201 + 10 * n,
    'ACCEPT', 3
FROM generate_series(0, 4319) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '10.0.2.' || (n % 20), 5432, 20000 + n, 6, 9, 4000, 1773187200 + 10 * n,
    1773187201 + 10 * n, 'ACCEPT', 19
FROM generate_series(0, 4319) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.2.' || (n % 20), '10.0.0.1', 30000 + n, 5432, 6, 3, 180, 1773230400 + 10 * n, 1773230403 + 10 * n,
    'REJECT', 2
FROM generate_series(0, 359) AS t(n)
