-- id: time-servers
-- title: Twelve hundred time servers send large answers, which a security group rejects
-- expect: medium - > 10.0.0.1:61000
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    123 AS srcport, 61000 AS dstport, 17 AS protocol, 200 AS packets, 200 * 468 AS bytes,
    1773194400 + n % 200 AS start, 1773194400 + n % 200 + 5 AS "end", 'REJECT' AS action
FROM generate_series(0, 1199) AS t(n)
