-- id: over-the-hours
-- title: Losses begin before a full hour and go on after the next; one loss in the morning is another matter
-- expect: medium - > -
-- says: eni-2 (web-2) lost records: 100 SKIPDATA rows, up to 60 in a clock hour
-- interfaces: web.json
SELECT '123456789012' AS account_id, 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187201 + 300 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'OK' AS log_status
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT '123456789012', 'eni-2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1773232200 + 60 * n, 1773232259 + 60 * n,
    NULL, NULL, 'SKIPDATA'
FROM generate_series(0, 99) AS t(n)
UNION ALL
SELECT '123456789012', 'eni-2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1773194400, 1773194459, NULL, NULL, 'SKIPDATA'
