-- id: thin
-- title: Two records in five minutes, of the whole account, and none in five others: chance, where there are so few
-- expect: nothing
SELECT '123456789012' AS account_id, 'eni-1' AS interface_id, '203.0.113.250' AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 443 AS dstport, 6 AS protocol, 6 AS packets, 900 AS bytes, 1773187200 + 150 * n AS start,
    1773187201 + 150 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags, 'OK' AS log_status
FROM generate_series(0, 575) AS t(n)
WHERE n / 2 <> 100
