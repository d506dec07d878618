-- id: refused
-- title: A host's attempts at relays are refused
-- tor-list: relays.txt
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.' || (9 + n % 3) AS dstaddr, 40000 + n AS srcport,
    9001 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + 600 * n AS start,
    1773194460 + 600 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 12) AS t(n)
