-- id: trusted
-- title: The agent of a service of AWS keeps its connection open for nine hours; so does a trusted one
-- expect: nothing
-- params: trusted=52.94.0.0/15,198.51.100.0/24
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '52.94.10.7' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194400 + 180 * n AS start, 1773194450 + 180 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 179) AS t(n)
UNION ALL
SELECT 'eni-1', '52.94.10.7', '10.0.0.5', 443, 40000, 6, 5, 900, 1773194400 + 180 * n, 1773194450 + 180 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 179) AS t(n)
UNION ALL
SELECT 'eni-1' AS interface_id, '10.0.0.6' AS srcaddr, '198.51.100.7' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    6 AS protocol, 5 AS packets, 900 AS bytes, 1773194400 + 180 * n AS start, 1773194450 + 180 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 179) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.7', '10.0.0.6', 443, 40000, 6, 5, 900, 1773194400 + 180 * n, 1773194450 + 180 * n,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 179) AS t(n)
