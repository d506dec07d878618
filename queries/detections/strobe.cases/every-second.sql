-- id: every-second
-- title: A host calls a public address once a second from midnight to midnight
-- expect: low 10.0.0.1 > 203.0.113.9:443
-- says: 1.0 a second while it lasted; none was answered and none rejected
SELECT 'eni-1' AS interface_id, '10.0.0.1' AS srcaddr, '203.0.113.9' AS dstaddr, 1024 + n % 60000 AS srcport,
    443 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773187200 + n AS start, 1773187200 + n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 86399) AS t(n)
