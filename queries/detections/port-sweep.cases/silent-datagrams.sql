-- id: silent-datagrams
-- title: A host announces itself by UDP to two hundred peers; most stay silent, and thirty reject it
-- expect: nothing
SELECT 'eni-' || (n % 7) AS interface_id, '10.0.0.5' AS srcaddr, '10.0.3.' || n AS dstaddr, 40000 AS srcport,
    7946 AS dstport, 17 AS protocol, 1 AS packets, 90 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    CASE WHEN n % 7 = 0 AND n <= 210 THEN 'REJECT' ELSE 'ACCEPT' END AS action
FROM generate_series(1, 230) AS t(n)
