-- id: network
-- title: A host on the internet tries thirty ports of forty hosts within two hours; one port answers
-- expect: medium 203.0.113.9 > -
SELECT 'eni-' || host AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || host AS dstaddr, 40000 AS srcport,
    8000 + port AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + 180 * host + 5 * port AS start,
    1773194401 + 180 * host + 5 * port AS "end", CASE WHEN port = 7 THEN 'ACCEPT' ELSE 'REJECT' END AS action,
    2 AS tcp_flags
FROM generate_series(1, 40) AS h(host)
CROSS JOIN generate_series(1, 30) AS p(port)
UNION ALL
SELECT 'eni-' || host, '10.0.0.' || host, '203.0.113.9', 8007, 40000, 6, 1, 44, 1773194435 + 180 * host,
    1773194436 + 180 * host, 'ACCEPT', 18
FROM generate_series(1, 40) AS h(host)
