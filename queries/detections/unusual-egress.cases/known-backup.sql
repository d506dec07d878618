-- id: known-backup
-- title: A host sends two gigabytes within an hour to the place that is named for its backups
-- params: trusted=203.0.113.0/24
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 40000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 90 AS packets, CASE WHEN n / 12 = 3 THEN 200000000 ELSE 100000 END AS bytes,
    1773187200 + 300 * n AS start, 1773187201 + 300 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 287) AS t(n)
