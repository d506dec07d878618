-- id: a-day-without
-- title: Of three days the second has no record
-- expect: high - > -
-- says: 288 spans of five minutes of 123456789012 in a region have no record: 2026-03-12 00:00-2026-03-13 00:00 UTC
SELECT '123456789012' AS account_id, 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 15 * n AS start,
    1773187201 + 15 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'OK' AS log_status
FROM generate_series(0, 17279) AS t(n)
WHERE n / 20 / 288 <> 1
