-- id: reported-errors
-- title: A host reports closed ports to a scanner, 300 packets of 160 bytes, and gets none
-- expect: nothing
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 30 AS packets, 4800 AS bytes, 1773194400 + 300 * n AS start, 1773194450 + 300 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
