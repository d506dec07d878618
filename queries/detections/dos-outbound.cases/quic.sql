-- id: quic
-- title: An upload over QUIC whose receiver answers one packet in twenty
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.99' AS dstaddr, 40000 AS srcport, 443 AS dstport,
    17 AS protocol, 120000 AS packets, 120000 * 1250 AS bytes, 1773194400 + 60 * n AS start,
    1773194400 + 60 * n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-1', '203.0.113.99', '10.0.0.1', 443, 40000, 17, 6000, 6000 * 80, 1773194400 + 60 * n,
    1773194400 + 60 * n + 59, 'ACCEPT'
FROM generate_series(0, 9) AS t(n)
