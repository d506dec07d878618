-- id: from-inside
-- title: A host of ours tries an address every seven minutes; most do not exist, and one in eight answers
-- expect: medium 10.0.0.5 > -:22
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 2 AS packets, 120 AS bytes, 1773187200 + 420 * n AS start, 1773187203 + 420 * n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 200) AS t(n)
UNION ALL
SELECT 'eni-5', '10.0.1.' || n, '10.0.0.5', 22, 40000 + n, 6, 1, 60, 1773187200 + 420 * n, 1773187203 + 420 * n,
    'ACCEPT', 18
FROM generate_series(1, 200) AS t(n)
WHERE n % 8 = 0
