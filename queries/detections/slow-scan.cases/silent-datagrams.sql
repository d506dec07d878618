-- id: silent-datagrams
-- title: A host sends its logs to forty collectors by UDP, which never answers
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.3.' || n AS dstaddr, 40000 AS srcport, 514 AS dstport,
    17 AS protocol, 20 AS packets, 9000 AS bytes, 1773194400 + 60 * n AS start, 1773194450 + 60 * n AS "end",
    'ACCEPT' AS action
FROM generate_series(1, 40) AS t(n)
