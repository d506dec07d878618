-- id: zone-names-only
-- title: AWS' older output names zones without their ids; logs in the default format
-- expect: info 10.0.0.5 > 10.0.16.9:5432
-- interfaces: names.json
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.16.9' AS dstaddr, 40000 AS srcport, 5432 AS dstport,
    6 AS protocol, 1428 AS packets, 2000000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, '123456789012' AS account_id
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.0.5', '10.0.16.9', 40000, 5432, 6, 1428, 2000000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', '123456789012'
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.16.9', '10.0.0.5', 5432, 40000, 6, 712857, 998000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', '123456789012'
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.16.9', '10.0.0.5', 5432, 40000, 6, 712857, 998000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', '123456789012'
FROM generate_series(0, 99) AS t(n)
