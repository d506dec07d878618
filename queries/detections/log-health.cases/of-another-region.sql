-- id: of-another-region
-- title: An interface says nothing from noon on; the file of interfaces is of another region
-- interfaces: of-another-region.json
-- expect: medium - > -
-- shows: nothing
SELECT '123456789012' AS account_id, 'us-east-1' AS region, 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187201 + 300 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'OK' AS log_status
FROM generate_series(0, 287) AS t(n)
UNION ALL
SELECT '123456789012', 'us-east-1', 'eni-3', '10.0.0.3', '203.0.113.20', 40000 + n, 443, 6, 6, 900, 1773187200 + 180 * n,
    1773187201 + 180 * n, 'ACCEPT', 3, 'OK'
FROM generate_series(0, 239) AS t(n)
