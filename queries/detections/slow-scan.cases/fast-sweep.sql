-- id: fast-sweep
-- title: A host tries one port of a hundred addresses within a minute, and fails once more hours later
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport, 445 AS dstport,
    6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n / 2 + CASE WHEN n = 100 THEN 9000 ELSE 0 END AS start,
    1773194400 + n / 2 + CASE WHEN n = 100 THEN 9000 ELSE 0 END AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 100) AS t(n)
