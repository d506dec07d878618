-- id: twenty-hosts
-- title: Twenty hosts within an hour that no clock's hour holds, the least that counts
-- expect: medium 10.0.0.5 > -:22
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || n AS dstaddr, 40000 + n AS srcport, 22 AS dstport,
    6 AS protocol, 2 AS packets, 120 AS bytes, 1773196200 + 180 * n AS start, 1773196203 + 180 * n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 19) AS t(n)
