-- id: over-the-hours
-- title: A slow tunnel begins a quarter of an hour before a full hour; hours before, the host looked a name up there
-- expect: low 10.0.0.5 > 203.0.113.53:53
-- says: 10.0.0.5 sent 84.0 kB to 203.0.113.53 in 400 DNS packets of 210 bytes on average
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.53' AS dstaddr, 40000 + n AS srcport, 53 AS dstport,
    17 AS protocol, 1 AS packets, 210 AS bytes, 1773197100 + 11 * n AS start, 1773197100 + 11 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 399) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.5', '203.0.113.53', 39000, 53, 17, 1, 70, 1773190000, 1773190000, 'ACCEPT', 0
