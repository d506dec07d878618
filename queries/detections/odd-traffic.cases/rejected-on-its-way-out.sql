-- id: rejected-on-its-way-out
-- title: A host of ours tries an odd protocol and is rejected
-- expect: low 10.0.0.1 > 203.0.113.9
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, NULL AS srcport, NULL AS dstport,
    99 AS protocol, 3 AS packets, 3 * 60 AS bytes, 1773194400 + 60 * n AS start, 1773194400 + 60 * n + 50 AS "end",
    'REJECT' AS action
FROM generate_series(0, 9) AS t(n)
