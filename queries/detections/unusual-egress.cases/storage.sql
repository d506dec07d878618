-- id: storage
-- title: A nightly backup of 5 GB goes to S3 through a gateway endpoint
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.20' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 600 * n AS start, 1773187205 + 600 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags, 8 AS traffic_path
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '192.0.2.20', '10.0.0.5', 443, 30000 + n, 6, 80, 90000, 1773187200 + 600 * n, 1773187205 + 600 * n,
    'ACCEPT', 19, NULL
FROM generate_series(0, 143) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '198.51.100.40', 39999, 443, 6, 71000, 100000000, 1773194400 + 60 * n,
    1773194459 + 60 * n, 'ACCEPT', CASE WHEN n = 0 THEN 2 ELSE 0 END, 7
FROM generate_series(0, 49) AS t(n)
UNION ALL
SELECT 'eni-5', '198.51.100.40', '10.0.0.5', 443, 39999, 6, 35000, 1400000, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END, NULL
FROM generate_series(0, 49) AS t(n)
