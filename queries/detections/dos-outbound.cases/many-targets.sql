-- id: many-targets
-- title: Two thousand packets a second, to a hundred targets
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.' || (n % 100) AS dstaddr, 40000 AS srcport,
    27015 AS dstport, 17 AS protocol, 6000 AS packets, 6000 * 100 AS bytes, 1773194400 + n / 100 * 60 AS start,
    1773194400 + n / 100 * 60 + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 499) AS t(n)
