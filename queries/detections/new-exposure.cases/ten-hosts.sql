-- id: ten-hosts
-- title: Each of ten hosts that begin to answer at one port has a finding
-- expect: medium - > 10.0.0.1:8080; medium - > 10.0.0.2:8080; medium - > 10.0.0.3:8080; medium - > 10.0.0.4:8080;
--   medium - > 10.0.0.5:8080; medium - > 10.0.0.6:8080; medium - > 10.0.0.7:8080; medium - > 10.0.0.8:8080; medium -
--   > 10.0.0.9:8080; medium - > 10.0.0.10:8080
-- judged: last
SELECT 'eni-' || host AS interface_id, '10.0.0.' || host AS srcaddr, '198.51.100.80' AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 12 AS packets, 1900 AS bytes, 1773187200 + 86400 * day + 7200 * n + host AS start,
    1773187205 + 86400 * day + 7200 * n + host AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 3) AS t(n)
CROSS JOIN generate_series(1, 10) AS h(host)
UNION ALL
SELECT 'eni-' || host, '198.51.100.80', '10.0.0.' || host, 443, 40000 + n, 6, 14, 9000,
    1773187200 + 86400 * day + 7200 * n + host, 1773187205 + 86400 * day + 7200 * n + host, 'ACCEPT', 19
FROM generate_series(0, 10) AS d(day)
CROSS JOIN generate_series(0, 3) AS t(n)
CROSS JOIN generate_series(1, 10) AS h(host)
UNION ALL
SELECT 'eni-' || host, '203.0.113.' || n, '10.0.0.' || host, 50000 + n, 8080, 6, 20, 3000,
    1773187200 + 900000 + 60 * n, 1773187205 + 900000 + 60 * n, 'ACCEPT', 3
FROM generate_series(1, 3) AS t(n)
CROSS JOIN generate_series(1, 10) AS h(host)
UNION ALL
SELECT 'eni-' || host, '10.0.0.' || host, '203.0.113.' || n, 8080, 50000 + n, 6, 20, 4000,
    1773187200 + 900000 + 60 * n, 1773187205 + 900000 + 60 * n, 'ACCEPT', 19
FROM generate_series(1, 3) AS t(n)
CROSS JOIN generate_series(1, 10) AS h(host)
