-- id: over-the-spans
-- title: A flood of 1,500 sources in ten minutes, of which only the middle five pass the threshold
-- expect: medium - > 10.0.0.1:443
-- says: got 1500 failed attempts from 1500 sources; 750 of them in the busiest five minutes
SELECT 'eni-1' AS interface_id, '198.51.100.7' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187200 + 300 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 443, 50000 + n, 6, 8, 4000, 1773187200 + 300 * n,
    1773187200 + 300 * n + 2, 'ACCEPT', 19
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '198.18.' || (n / 250) || '.' || (n % 250), '10.0.0.1', 40000 + n % 20000, 443, 6, 1, 44,
    1773194220 + n * 2 / 5, 1773194220 + n * 2 / 5, 'ACCEPT', 2
FROM generate_series(0, 1499) AS t(n)
