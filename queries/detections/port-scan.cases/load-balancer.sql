-- id: load-balancer
-- title: A load balancer checks twenty containers of one host, each at a port of its own, until the host goes down
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport,
    32768 + 7 * (n % 20) AS dstport, 6 AS protocol, CASE WHEN n < 1200 THEN 6 ELSE 3 END AS packets, 500 AS bytes,
    1773194400 + 3 * n AS start, 1773194401 + 3 * n AS "end", 'ACCEPT' AS action,
    CASE WHEN n < 1200 THEN 3 ELSE 2 END AS tcp_flags
FROM generate_series(0, 1599) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.1', '10.0.0.5', 32768 + 7 * (n % 20), 10000 + n, 6, 5, 800, 1773194400 + 3 * n,
    1773194401 + 3 * n, 'ACCEPT', 19
FROM generate_series(0, 1199) AS t(n)
