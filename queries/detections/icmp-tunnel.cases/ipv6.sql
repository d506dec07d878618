-- id: ipv6
-- title: A tunnel in ICMPv6
-- expect: medium fd00::5 > 2001:db8::9
SELECT 'eni-1' AS interface_id, 'fd00::5' AS srcaddr, '2001:db8::9' AS dstaddr, 0 AS srcport, 0 AS dstport,
    58 AS protocol, 60 AS packets, 30000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '2001:db8::9', 'fd00::5', 0, 0, 58, 60, 30000, 1773194400 + 60 * n, 1773194459 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 29) AS t(n)
