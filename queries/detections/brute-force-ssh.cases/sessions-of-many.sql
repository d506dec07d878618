-- id: sessions-of-many
-- title: Thirty people of one office leave sessions open for hours, in ten-minute records without TCP flags
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 6 + (n * 7919 + 31 * part) % 97 * ((n + part) * 31 % 7) / 6 AS packets,
    400 + 60 * ((n * 7919 + 31 * part) % 97) AS bytes,
    1773194400 + 600 * part + n AS start, 1773194990 + 600 * part + n AS "end", 'ACCEPT' AS action
FROM generate_series(1, 30) AS t(n)
CROSS JOIN generate_series(0, 17) AS p(part)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 10, 3000, 1773194400 + 600 * part + n,
    1773194990 + 600 * part + n, 'ACCEPT'
FROM generate_series(1, 30) AS t(n)
CROSS JOIN generate_series(0, 17) AS p(part)
