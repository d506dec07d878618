-- id: partly-rejected
-- title: A hundred and fifty resolvers send large answers, and a network ACL rejects half of them
-- expect: medium - > 10.0.0.1:40000
-- says: 75 of 150 records were rejected
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    53 AS srcport, 40000 AS dstport, 17 AS protocol, 20 AS packets, 20 * 1200 AS bytes,
    1773194400 + n % 200 AS start, 1773194400 + n % 200 + 5 AS "end",
    CASE WHEN n % 2 = 0 THEN 'REJECT' ELSE 'ACCEPT' END AS action
FROM generate_series(0, 149) AS t(n)
