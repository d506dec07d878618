-- id: load-balancer
-- title: A scanner of a load balancer that ten others use is let in at 80 and 443 alone, and reads both pages
-- expect: low 203.0.113.9 > 10.0.0.1
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport,
    7000 + 13 * n AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 5 * n AS start,
    1773194401 + 5 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 120) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 41000, port, 6, 40, 3000, 1773196000, 1773196020, 'ACCEPT', 3
FROM (VALUES (80), (443)) AS open(port)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', port, 41000, 6, 900, 1800000, 1773196000, 1773196020, 'ACCEPT', 19
FROM (VALUES (80), (443)) AS open(port)
UNION ALL
SELECT 'eni-1', '198.51.100.' || n, '10.0.0.1', 42000, 443, 6, 20, 3000, 1773194400 + 60 * n, 1773194420 + 60 * n,
    'ACCEPT', 3
FROM generate_series(1, 10) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.' || n, 443, 42000, 6, 30, 40000, 1773194400 + 60 * n, 1773194420 + 60 * n,
    'ACCEPT', 19
FROM generate_series(1, 10) AS t(n)
