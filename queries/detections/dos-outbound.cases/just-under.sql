-- id: just-under
-- title: A little less than a thousand packets a second
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.99' AS dstaddr, 40000 AS srcport,
    27015 AS dstport, 17 AS protocol, 59500 AS packets, 59500 * 540 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 4) AS t(n)
