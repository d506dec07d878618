-- id: poll-all-day
-- title: A partner looks for new files over SFTP every minute, all day
-- expect: low 203.0.113.9 > 10.0.0.1:22
-- says: opened 1440 SSH connections; all alike; at an even rate over 24 hours
SELECT 'eni-1' AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.1' AS dstaddr, 10000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 24 + n % 6 AS packets, 4500 + 70 * (n % 10) AS bytes, 1773187200 + 60 * n AS start,
    1773187203 + 60 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 1439) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.113.9', 22, 10000 + n, 6, 26 + n % 6, 5200 + 70 * (n % 10),
    1773187200 + 60 * n, 1773187203 + 60 * n, 'ACCEPT', 19
FROM generate_series(0, 1439) AS t(n)
