-- id: asked-before
-- title: Questions of the last second of five minutes, and their answers of the next
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '198.18.' || (n / 250) || '.' || (n % 250) AS dstaddr,
    20000 + n AS srcport, 53 AS dstport, 17 AS protocol, 1 AS packets, 80 AS bytes, 1773194699 AS start,
    1773194699 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '198.18.' || (n / 250) || '.' || (n % 250), '10.0.0.1', 53, 20000 + n, 17, 3, 3900, 1773194700,
    1773194700, 'ACCEPT'
FROM generate_series(0, 29) AS t(n)
