-- id: same-port
-- title: Time servers answer to the port that they have themselves
-- expect: low - > 10.0.0.1:123
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    123 AS srcport, 123 AS dstport, 17 AS protocol, 50 AS packets, 50 * 468 AS bytes, 1773194400 + n % 200 AS start,
    1773194400 + n % 200 + 5 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 19) AS t(n)
