-- id: polling-low-port-default-format
-- title: A host asks a partner's service every minute from a new port, below the service's and above it
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.33' AS dstaddr, 45500 + 2 * n AS srcport,
    45700 AS dstport, 6 AS protocol, 8 AS packets, 1200 AS bytes, 1773194400 + 60 * n AS start,
    1773194402 + 60 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 239) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.33', '10.0.0.1', 45700, 45500 + 2 * n, 6, 8, 3000, 1773194400 + 60 * n,
    1773194402 + 60 * n, 'ACCEPT'
FROM generate_series(0, 239) AS t(n)
