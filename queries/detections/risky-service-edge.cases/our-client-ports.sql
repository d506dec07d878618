-- id: our-client-ports
-- title: NAT gave a host of ours the port 3389, for an hour with a public service on port 8443
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 3389 AS srcport, 8443 AS dstport,
    6 AS protocol, 12 AS packets, 1900 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 59 AS "end",
    'ACCEPT' AS action, CASE WHEN n = 0 THEN 2 ELSE 0 END AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 8443, 3389, 6, 14, 4200, 1773194400 + 60 * n, 1773194400 + 60 * n + 59,
    'ACCEPT', CASE WHEN n = 0 THEN 18 ELSE 0 END
FROM generate_series(0, 59) AS t(n)
