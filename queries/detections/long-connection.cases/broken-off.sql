-- id: broken-off
-- title: Two connections of 50 minutes from the same port with a quarter of an hour between
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 AS srcport, 8443 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194400 + 60 * n AS start, 1773194450 + 60 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n % 65 = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 114) AS t(n)
WHERE n % 65 < 50
