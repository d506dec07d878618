-- id: late-packets
-- title: Last packets of two hundred closed connections come two minutes late and are rejected
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start, 1773187201 + 300 * n AS "end",
    'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.250', 443, 30000 + n, 6, 8, 4000, 1773187200 + 300 * n, 1773187201 + 300 * n,
    'ACCEPT', 19
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || (n % 20), '10.0.0.1', 20000 + n, 443, 6, 9, 900, 1773194400 + n, 1773194403 + n,
    'ACCEPT', 3
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.' || (n % 20), 443, 20000 + n, 6, 12, 9000, 1773194400 + n, 1773194403 + n,
    'ACCEPT', 19
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || (n % 20), '10.0.0.1', 20000 + n, 443, 6, 1, 40, 1773194520 + n, 1773194520 + n,
    'REJECT', 4
FROM generate_series(1, 200) AS t(n)
