-- id: fifty-in-an-hour
-- title: Fifty ports within an hour that begins at half past; nobody answers
-- expect: medium 10.0.0.5 > 10.0.0.1
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.0.1' AS dstaddr, 40000 + n AS srcport, 7000 + n AS dstport,
    6 AS protocol, 2 AS packets, 120 AS bytes, 1773196200 + 73 * n AS start, 1773196203 + 73 * n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 49) AS t(n)
