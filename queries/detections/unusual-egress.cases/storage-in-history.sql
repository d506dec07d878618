-- id: storage-in-history
-- title: A host sends 3 GB to a stranger, at the hour at which its backup goes to S3, in records without a path
-- aws-ip-ranges: ranges.json
-- judged: last
-- expect: high 10.0.0.5 > 203.0.113.9:443
-- says: it sent 3.0 GB in that hour, usually 120.0 kB at that hour (over 20 days)
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '192.0.2.30' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 60 AS packets, 60000 AS bytes, 1773187200 + 86400 * day + 1800 * n AS start,
    1773187205 + 86400 * day + 1800 * n AS "end", 'ACCEPT' AS action
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '198.51.100.40', 39999, 443, 6, 220000, 300000000,
    1773187200 + 86400 * day + 7200 + 300 * n, 1773187499 + 86400 * day + 7200 + 300 * n, 'ACCEPT'
FROM generate_series(0, 20) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '203.0.113.9', 39998, 443, 6, 220000, 300000000, 1773187200 + 86400 * day + 7200 + 300 * n,
    1773187499 + 86400 * day + 7200 + 300 * n, 'ACCEPT'
FROM generate_series(20, 20) AS d(day)
CROSS JOIN generate_series(0, 9) AS t(n)
