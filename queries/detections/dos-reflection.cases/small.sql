-- id: small
-- title: Answers of time servers of 76 bytes, whose questions were not logged
-- expect: nothing
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    123 AS srcport, 40000 AS dstport, 17 AS protocol, 3 AS packets, 3 * 76 AS bytes, 1773194400 + n % 200 AS start,
    1773194400 + n % 200 + 5 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 29) AS t(n)
