-- id: scanner
-- title: A scanner of our own tries 90 ports among the internet's noise
-- trusted: scanner.txt
-- expect: nothing
SELECT 'eni-1' AS interface_id, '203.0.' || (n / 200) || '.' || (n % 200) AS srcaddr, '10.0.0.1' AS dstaddr,
    40000 AS srcport, 23 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773187200 + 30 * n AS start,
    1773187200 + 30 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 2879) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.7', '10.0.0.1', 40000, 1000 + n, 6, 1, 44, 1773194400 + n, 1773194400 + n, 'REJECT', 2
FROM generate_series(1, 90) AS t(n)
