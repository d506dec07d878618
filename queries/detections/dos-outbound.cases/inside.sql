-- id: inside
-- title: Metrics are sent to a collector inside the VPC, which never answers
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '10.0.1.5' AS dstaddr, 40000 AS srcport, 8125 AS dstport,
    17 AS protocol, 300000 AS packets, 300000 * 540 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 4) AS t(n)
