-- id: working-day
-- title: A host that is served everywhere else looks for a file share at forty hosts within twenty minutes
-- expect: low 10.0.0.5 > -:445
-- says: 10.0.0.5 failed at port 445 (smb) of 40 hosts inside, in 40 attempts within 20 minutes;
--   of its 42 first tries 2 were answered: port 443 of 10.0.2.55, port 443 of 10.0.2.56
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.2.' || n AS dstaddr, 20000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 9 AS packets, 600 AS bytes, 1773187200 + 600 * n AS start,
    1773187202 + 600 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(1, 120) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.2.' || n, '10.0.0.5', 443, 20000 + n, 6, 9, 9000, 1773187200 + 600 * n, 1773187202 + 600 * n,
    'ACCEPT', 19
FROM generate_series(1, 120) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.3.' || n, 30000 + n, 445, 6, 3, 180, 1773219900 + 30 * n, 1773219909 + 30 * n,
    'ACCEPT', 2
FROM generate_series(1, 40) AS t(n)
