-- id: clients-default-format
-- title: Clients of a service with a high port, and of a web site, happen to have such a port, in the default format
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.63' AS srcaddr, '10.0.0.1' AS dstaddr, 45700 AS srcport, 44015 AS dstport,
    6 AS protocol, 11 AS packets, 3200 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(0, 44) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.63', 44015, 45700, 6, 10, 1500, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT'
FROM generate_series(0, 44) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.64', '10.0.0.1', 51000, 44015, 6, 11, 3200, 1773200000, 1773200059, 'ACCEPT'
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.64', 44015, 51000, 6, 10, 1500, 1773200000, 1773200059, 'ACCEPT'
UNION ALL
SELECT 'eni-1', '203.0.113.65', '10.0.0.1', 45560, 443, 6, 11, 3200, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT'
FROM generate_series(0, 44) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.65', 443, 45560, 6, 10, 1500, 1773194400 + 60 * n, 1773194459 + 60 * n,
    'ACCEPT'
FROM generate_series(0, 44) AS t(n)
