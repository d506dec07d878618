-- id: slow-handshakes
-- title: A stranger waits in each of three hundred connections until the record of the SYN is over, and then guesses
-- expect: high 203.0.113.9 > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 3 AS packets, 164 AS bytes, 1773194400 + 6 * n AS start, 1773194459 + 6 * n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 2, 112, 1773194400 + 6 * n, 1773194459 + 6 * n, 'ACCEPT',
    18
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.9', '10.0.0.1', 40000 + n, 22, 6, 10, 1900 + 9 * (n % 8), 1773194465 + 6 * n,
    1773194468 + 6 * n, 'ACCEPT', 1
FROM generate_series(0, 299) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 40000 + n, 6, 12, 3000, 1773194465 + 6 * n, 1773194468 + 6 * n,
    'ACCEPT', 1
FROM generate_series(0, 299) AS t(n)
