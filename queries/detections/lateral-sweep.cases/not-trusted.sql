-- id: not-trusted
-- title: Others are found although a bastion is named
-- expect: low 10.0.8.77 > -:22
-- params: trusted=10.0.0.5, 10.0.9.0/24
SELECT 'eni-5' AS interface_id, '10.0.8.77' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport,
    22 AS dstport, 6 AS protocol, 40 AS packets, 7000 AS bytes, 1773194400 + 10 * n AS start,
    1773194420 + 10 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || n, '10.0.8.77', 22, 40000 + n, 6, 40, 9000, 1773194400 + 10 * n, 1773194420 + 10 * n,
    'ACCEPT', 19
FROM generate_series(0, 59) AS t(n)
