-- id: together
-- title: All eight interfaces of a subnet fall silent at once
-- expect: high - > -
-- says: 8 interfaces of 123456789012 in a region fell silent together, and logged nothing for the last 12.0 hours
-- shows: nothing
SELECT '123456789012' AS account_id, 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187201 + 300 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'OK' AS log_status
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT '123456789012', 'eni-' || (100 + host), '10.0.1.' || host, '203.0.113.20', 40000 + n, 443, 6, 6, 900,
    1773187200 + 300 * n + host, 1773187201 + 300 * n + host, 'ACCEPT', 3, 'OK'
FROM generate_series(1, 8) AS hosts(host)
CROSS JOIN generate_series(0, 143) AS t(n)
