-- id: half-hours
-- title: A client whose connections last half an hour and follow one another without a break
-- expect: nothing
WITH minute AS (
    SELECT n, n / 29 AS call, n % 29 AS part, 1773187200 + 60 * n AS at FROM generate_series(0, 1439) AS t(n)
)
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 + call AS srcport,
    443 AS dstport, 6 AS protocol, 5 AS packets, 900 AS bytes, at AS start, at + 50 AS "end", 'ACCEPT' AS action,
    CASE part WHEN 0 THEN 2 WHEN 28 THEN 1 ELSE 0 END AS tcp_flags
FROM minute
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.5', 443, 40000 + call, 6, 5, 900, at, at + 50, 'ACCEPT',
    CASE part WHEN 0 THEN 18 WHEN 28 THEN 1 ELSE 0 END
FROM minute
