-- id: both-ends
-- title: Sixty attempts of a host of ours that another rejects, recorded at both ends
-- expect: low 10.0.0.5 > 10.0.0.1:8080
SELECT 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start, 1773187201 + 300 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags, 'ingress' AS flow_direction
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.250', 443, 30000 + n, 6, 8, 4000, 1773187200 + 300 * n, 1773187201 + 300 * n,
    'ACCEPT', 19, 'egress'
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.0.1', 40000 + n, 8080, 6, 1, 60, 1773194400 + n, 1773194400 + n, 'ACCEPT', 2, 'egress'
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '10.0.0.1', 40000 + n, 8080, 6, 1, 60, 1773194400 + n, 1773194400 + n, 'REJECT', 2,
    'ingress'
FROM generate_series(1, 60) AS t(n)
