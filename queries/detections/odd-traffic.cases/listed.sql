-- id: listed
-- title: A router that speaks OSPF, which is listed as usual
-- expect: nothing
-- params: usual=1,6,17,89
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '10.0.0.2' AS dstaddr, NULL AS srcport, NULL AS dstport,
    89 AS protocol, 300 AS packets, 300 * 90 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 50 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
