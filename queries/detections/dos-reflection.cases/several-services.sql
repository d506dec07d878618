-- id: several-services
-- title: A mixture of services that amplify, at random ports
-- expect: medium - > 10.0.0.1
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    CASE n % 4 WHEN 0 THEN 19 WHEN 1 THEN 389 WHEN 2 THEN 1900 ELSE 53 END AS srcport, 30000 + n AS dstport,
    17 AS protocol, 100 AS packets, 100 * 900 AS bytes, 1773194400 + n % 200 AS start,
    1773194400 + n % 200 + 5 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 199) AS t(n)
