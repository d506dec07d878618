-- id: late-at-night
-- title: An interface falls silent at half past ten at night, and the logs go on for two days
-- expect: medium - > -
-- shows: nothing
-- says: eni-3 logged nothing for the last 49.5 hours of the logs
SELECT '123456789012' AS account_id, 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187201 + 300 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'OK' AS log_status
FROM generate_series(0, 863) AS t(n)
UNION ALL
SELECT '123456789012', 'eni-3', '10.0.0.3', '203.0.113.20', 40000 + n, 443, 6, 6, 900, 1773187200 + 300 * n,
    1773187201 + 300 * n, 'ACCEPT', 3, 'OK'
FROM generate_series(0, 269) AS t(n)
