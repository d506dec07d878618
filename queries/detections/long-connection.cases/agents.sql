-- id: agents
-- title: Six hosts each keep a connection to their agent's server all day, and one to another place
-- expect: low 10.0.0.1 > 203.0.113.9:443; low 10.0.0.2 > 203.0.113.9:443; low 10.0.0.3 > 203.0.113.9:443;
--   low 10.0.0.4 > 203.0.113.9:443; low 10.0.0.5 > 203.0.113.9:443; low 10.0.0.6 > 203.0.113.9:443;
--   high 10.0.0.6 > 203.0.113.8:443
-- says: as 5 other hosts of ours did
SELECT 'eni-' || host AS interface_id, '10.0.0.' || host AS srcaddr, '203.0.113.9' AS dstaddr, 40000 + host AS srcport,
    443 AS dstport, 6 AS protocol, 5 AS packets, 900 AS bytes, 1773187200 + 60 * n AS start,
    1773187250 + 60 * n AS "end", 'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(1, 6) AS hosts(host)
CROSS JOIN generate_series(0, 899) AS t(n)
UNION ALL
SELECT 'eni-6', '10.0.0.6', '203.0.113.8', 41000, 443, 6, 5, 900, 1773187200 + 60 * n, 1773187250 + 60 * n, 'ACCEPT',
    CASE WHEN n = 0 THEN 2 ELSE 0 END
FROM generate_series(0, 899) AS t(n)
