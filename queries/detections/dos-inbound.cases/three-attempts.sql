-- id: three-attempts
-- title: Three sources begin a connection each and send a million packets in ten minutes, which are hardly answered
-- expect: medium - > 10.0.0.1:80
-- says: port 80 (http) of 10.0.0.1 got 1050000 hardly answered packets from 3 sources;
--   525000 of them in the busiest five minutes
SELECT 'eni-1' AS interface_id, '198.51.100.7' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187200 + 300 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 443, 50000 + n, 6, 8, 4000, 1773187200 + 300 * n,
    1773187200 + 300 * n + 2, 'ACCEPT', 19
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || (n % 3), '10.0.0.1', 50000, 80, 6, 35000, 35000 * 40, 1773194400 + n / 3 * 60,
    1773194400 + n / 3 * 60 + 59, 'ACCEPT', CASE WHEN n < 3 THEN 2 ELSE 0 END
FROM generate_series(0, 29) AS t(n)
