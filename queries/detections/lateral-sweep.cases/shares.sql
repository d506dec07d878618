-- id: shares
-- title: A host of ours looks for file shares and desktops on 120 addresses in half an hour; few exist
-- expect: high 10.0.0.5 > -
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.' || (n / 200) || '.' || (n % 200 + 20) AS dstaddr,
    40000 + n AS srcport, CASE WHEN n % 2 = 0 THEN 445 ELSE 3389 END AS dstport, 6 AS protocol, 2 AS packets,
    120 AS bytes, 1773194400 + 15 * n AS start, 1773194403 + 15 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 119) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.' || (n / 200) || '.' || (n % 200 + 20), '10.0.0.5', 445, 40000 + n, 6, 1, 60,
    1773194400 + 15 * n, 1773194403 + 15 * n, 'ACCEPT', 18
FROM generate_series(0, 119) AS t(n)
WHERE n % 10 = 0
