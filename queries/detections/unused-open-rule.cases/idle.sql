-- id: idle
-- title: An interface that says NODATA all day, while another has traffic
-- expect: low - > 10.0.0.5:22; info - > 10.0.0.5:443
-- shows: nothing
-- security-groups: groups.json
-- interfaces: web.json
SELECT 'eni-9' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.1.5' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 1800 * n AS start,
    1773187200 + 1800 * n + 5 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, '123456789012' AS account_id,
    'OK' AS log_status
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-9', '10.0.1.5', '203.0.113.9', 443, 50000 + n, 6, 8, 4000, 1773187200 + 1800 * n,
    1773187200 + 1800 * n + 5, 'ACCEPT', 19, '123456789012', 'OK'
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1773187200 + 600 * n, 1773187200 + 600 * n + 599, NULL,
    NULL, '123456789012', 'NODATA'
FROM generate_series(0, 143) AS t(n)
