-- id: too-short
-- title: Logs of half an hour have nothing to compare with
-- skipped: needs an hour of logs, these span 0.4 hours
-- expect: nothing
SELECT 'eni-1' AS interface_id, '198.51.100.7' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773194400 + 300 * n AS start,
    1773194400 + 300 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 443, 50000 + n, 6, 8, 4000, 1773194400 + 300 * n,
    1773194400 + 300 * n + 2, 'ACCEPT', 19
FROM generate_series(0, 5) AS t(n)
UNION ALL
SELECT 'eni-1', '198.18.' || (n / 250) || '.' || (n % 250), '10.0.0.1', 40000 + n % 20000, 80, 6, 1, 44,
    1773194400 + n % 240, 1773194400 + n % 240, 'REJECT', 2
FROM generate_series(0, 999) AS t(n)
