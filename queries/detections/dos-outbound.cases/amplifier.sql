-- id: amplifier
-- title: A time server of ours answers forged requests a hundredfold
-- expect: medium 10.0.0.1 > 203.0.113.99:7777
SELECT 'eni-1' AS interface_id, '203.0.113.99' AS srcaddr, '10.0.0.1' AS dstaddr, 7777 AS srcport, 123 AS dstport,
    17 AS protocol, 2000 AS packets, 2000 * 60 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 4) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.99', 123, 7777, 17, 200000, 200000 * 468, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT'
FROM generate_series(0, 4) AS t(n)
