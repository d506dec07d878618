-- id: outage
-- title: Everything is answered for hours, then sixty known services stay silent
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.2.' || (n % 60) AS dstaddr, 20000 + n AS srcport,
    8080 AS dstport, 6 AS protocol, CASE WHEN n > 600 THEN 3 ELSE 9 END AS packets, 600 AS bytes,
    1773187200 + 60 * n AS start, 1773187202 + 60 * n AS "end", 'ACCEPT' AS action,
    CASE WHEN n > 600 THEN 2 ELSE 3 END AS tcp_flags
FROM generate_series(1, 900) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.2.' || (n % 60), '10.0.0.5', 8080, 20000 + n, 6, 9, 9000, 1773187200 + 60 * n,
    1773187202 + 60 * n, 'ACCEPT', 19
FROM generate_series(1, 600) AS t(n)
