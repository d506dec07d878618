-- id: few-losses
-- title: Nine losses in an hour, eleven within three spans of five minutes, and one in every hour
-- expect: nothing
SELECT '123456789012' AS account_id, 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187201 + 300 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'OK' AS log_status
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT '123456789012', 'eni-2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1773194400 + 390 * n, 1773194459 + 390 * n,
    NULL, NULL, 'SKIPDATA'
FROM generate_series(0, 8) AS t(n)
UNION ALL
SELECT '123456789012', 'eni-3', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1773194400 + 80 * n, 1773194459 + 80 * n,
    NULL, NULL, 'SKIPDATA'
FROM generate_series(0, 10) AS t(n)
UNION ALL
SELECT '123456789012', 'eni-4', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1773187200 + 3600 * n, 1773187259 + 3600 * n,
    NULL, NULL, 'SKIPDATA'
FROM generate_series(0, 23) AS t(n)
