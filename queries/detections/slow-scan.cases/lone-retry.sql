-- id: lone-retry
-- title: Hours before it scans, and hours later, a host fails at a neighbour again and again: no part of it
-- expect: low 10.0.0.5 > -
-- says: 10.0.0.5 failed at 2 ports of 60 hosts inside, in 60 attempts within 30 minutes;
--   of its 60 first tries none was answered
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.2.9' AS dstaddr, 20000 + n AS srcport,
    9090 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773187200 + 60 * n AS start,
    1773187200 + 60 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 9) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.3.' || n, 30000 + n, CASE WHEN n % 2 = 0 THEN 445 ELSE 3389 END, 6, 1, 60,
    1773219900 + 30 * n, 1773219900 + 30 * n, 'REJECT', 2
FROM generate_series(1, 60) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.0.5', '10.0.2.8', 21000 + n, 9090, 6, 1, 60, 1773244800 + 60 * n, 1773244800 + 60 * n, 'REJECT', 2
FROM generate_series(0, 9) AS t(n)
