-- id: going-out
-- title: A host asks many public servers, and the ACL of its own subnet rejects what they answer
-- expect: low 10.0.0.1 > -:443
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.' || n AS dstaddr, 40000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 3 AS packets, 180 AS bytes, 1773194400 + 10 * n AS start,
    1773194400 + 10 * n + 7 AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 19) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.' || n, '10.0.0.1', 443, 40000 + n, 6, 3, 180, 1773194400 + 10 * n,
    1773194400 + 10 * n + 7, 'REJECT', 18
FROM generate_series(0, 19) AS t(n)
