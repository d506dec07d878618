-- id: ten-losses
-- title: Ten losses in six spans of five minutes of one hour
-- expect: low - > -
SELECT '123456789012' AS account_id, 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187201 + 300 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'OK' AS log_status
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT '123456789012', 'eni-2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1773194400 + 170 * n, 1773194459 + 170 * n,
    NULL, NULL, 'SKIPDATA'
FROM generate_series(0, 9) AS t(n)
