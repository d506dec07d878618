-- id: noise
-- title: Scanners try port 0 and rare protocols from outside and are rejected
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.' || n AS srcaddr, '10.0.0.1' AS dstaddr, 40000 AS srcport, 0 AS dstport,
    6 AS protocol, 20 AS packets, 800 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', NULL, NULL, 103, 20, 800, 1773194400 + n, 1773194400 + n, 'REJECT',
    NULL
FROM generate_series(1, 40) AS t(n)
