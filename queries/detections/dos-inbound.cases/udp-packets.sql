-- id: udp-packets
-- title: Ten sources send two million packets that nobody waits for
-- expect: medium - > 10.0.0.1:9987
-- says: got 2000000 hardly answered packets from 10 sources, all within five minutes
SELECT 'eni-1' AS interface_id, '198.51.100.7' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187200 + 300 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 443, 50000 + n, 6, 8, 4000, 1773187200 + 300 * n,
    1773187200 + 300 * n + 2, 'ACCEPT', 19
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || (n % 10), '10.0.0.1', 50000, 9987, 17, 50000, 50000 * 900, 1773194400 + n / 10 * 60,
    1773194400 + n / 10 * 60 + 59, 'ACCEPT', NULL
FROM generate_series(0, 39) AS t(n)
