-- id: trusted
-- title: A test of the path to the office with large pings, which is trusted
-- expect: nothing
-- params: trusted=198.51.100.0/24
SELECT 'eni-1' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.7' AS dstaddr, 0 AS srcport, 0 AS dstport,
    1 AS protocol, 60 AS packets, 90000 AS bytes, 1773194400 + 60 * n AS start, 1773194459 + 60 * n AS "end",
    'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
UNION ALL
SELECT 'eni-1', '198.51.100.7', '10.0.0.5', 0, 0, 1, 60, 90000, 1773194400 + 60 * n, 1773194459 + 60 * n, 'ACCEPT', 0
FROM generate_series(0, 59) AS t(n)
