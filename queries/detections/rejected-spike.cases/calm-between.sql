-- id: calm-between
-- title: One source knocks sixty times in the morning and another in the evening, a third one all day
-- expect: low 203.0.113.9 > 10.0.0.1:3389; low 203.0.113.70 > 10.0.0.1:3389
-- says: 60 of them of 203.0.113.70;
--   62 attempts of 2 sources were rejected at eni-1, 60 of them of 203.0.113.9, most at port 3389 (rdp)
SELECT 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start, 1773187201 + 300 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.250', 443, 30000 + n, 6, 8, 4000, 1773187200 + 300 * n, 1773187201 + 300 * n,
    'ACCEPT', 19
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.7', '10.0.0.1', 40000, 23, 6, 1, 40, 1773187200 + 150 * n, 1773187200 + 150 * n, 'REJECT', 2
FROM generate_series(0, 575) AS t(n)
UNION ALL
SELECT 'eni-1', CASE hour WHEN 2 THEN '203.0.113.9' ELSE '203.0.113.70' END, '10.0.0.1', 40000 + n, 3389, 6, 1, 40,
    1773187200 + hour * 3600 + 4 * n, 1773187200 + hour * 3600 + 4 * n, 'REJECT', 2
FROM generate_series(1, 60) AS t(n)
CROSS JOIN generate_series(2, 20, 18) AS h(hour)
