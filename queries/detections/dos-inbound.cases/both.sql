-- id: both
-- title: Six hundred sources begin connections that they never finish, while four others send packets to the same port
-- expect: medium - > 10.0.0.1:80
-- says: port 80 (http) of 10.0.0.1 got 600 failed attempts and 400600 hardly answered packets from 604 sources, all within
--   five minutes
SELECT 'eni-1' AS interface_id, '198.51.100.7' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187200 + 300 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 443, 50000 + n, 6, 8, 4000, 1773187200 + 300 * n,
    1773187200 + 300 * n + 2, 'ACCEPT', 19
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || (n % 4), '10.0.0.1', 50000, 80, 6, 25000, 25000 * 40, 1773194400 + n / 4 * 60,
    1773194400 + n / 4 * 60 + 59, 'ACCEPT', 0
FROM generate_series(0, 15) AS t(n)
UNION ALL
SELECT 'eni-1', '198.18.' || (n / 250) || '.' || (n % 250), '10.0.0.1', 40000, 80, 6, 1, 44,
    1773194400 + n % 240, 1773194400 + n % 240, 'ACCEPT', 2
FROM generate_series(0, 599) AS t(n)
