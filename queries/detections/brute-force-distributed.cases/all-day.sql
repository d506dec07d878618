-- id: all-day
-- title: Three hundred hosts outside try ten passwords each at one of ours in the course of a day
-- expect: medium - > 10.0.0.1:22
SELECT 'eni-1' AS interface_id, '203.0.' || (112 + n % 2) || '.' || (n / 2 % 150) AS srcaddr, '10.0.0.1' AS dstaddr,
    30000 + n AS srcport, 22 AS dstport, 6 AS protocol, 14 + n % 4 AS packets, 2200 + 37 * (n % 8) AS bytes,
    1773187200 + 28 * n AS start, 1773187203 + 28 * n AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 2999) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '203.0.' || (112 + n % 2) || '.' || (n / 2 % 150), 22, 30000 + n, 6, 15, 3300,
    1773187200 + 28 * n, 1773187203 + 28 * n, 'ACCEPT', 19
FROM generate_series(0, 2999) AS t(n)
