-- id: busy-client
-- title: A crawler of ours visits six hundred servers; one in six does not answer, a hundred in all
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.' || (n / 250) || '.' || (n % 250) AS dstaddr,
    40000 + n AS srcport, 443 AS dstport, 6 AS protocol, CASE WHEN n % 6 = 0 THEN 3 ELSE 12 END AS packets,
    CASE WHEN n % 6 = 0 THEN 180 ELSE 2400 END AS bytes, 1773187200 + 100 * n AS start, 1773187205 + 100 * n AS "end",
    'ACCEPT' AS action, CASE WHEN n % 6 = 0 THEN 2 ELSE 3 END AS tcp_flags
FROM generate_series(1, 600) AS t(n)
UNION ALL
SELECT 'eni-5', '198.51.' || (n / 250) || '.' || (n % 250), '10.0.0.5', 443, 40000 + n, 6, 20, 30000,
    1773187200 + 100 * n, 1773187205 + 100 * n, 'ACCEPT', 19
FROM generate_series(1, 600) AS t(n)
WHERE n % 6 <> 0
