-- id: web-client
-- title: A host of ours visits 240 web sites in four minutes; one in six does not answer
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.' || n AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, CASE WHEN n % 6 = 0 THEN 3 ELSE 12 END AS packets, 900 AS bytes,
    1773194400 + n AS start, 1773194405 + n AS "end", 'ACCEPT' AS action,
    CASE WHEN n % 6 = 0 THEN 2 ELSE 3 END AS tcp_flags
FROM generate_series(1, 240) AS t(n)
UNION ALL
SELECT 'eni-5', '198.51.100.' || n, '10.0.0.5', 443, 40000 + n, 6, 20, 30000, 1773194400 + n, 1773194405 + n, 'ACCEPT',
    19
FROM generate_series(1, 240) AS t(n)
WHERE n % 6 <> 0
