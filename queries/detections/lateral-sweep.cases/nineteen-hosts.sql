-- id: nineteen-hosts
-- title: Nineteen hosts within an hour, again and again, are just under the threshold
-- expect: nothing
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '10.0.1.' || (n % 19) AS dstaddr, 40000 + n AS srcport,
    22 AS dstport, 6 AS protocol, 2 AS packets, 120 AS bytes, 1773194400 + 60 * n AS start,
    1773194403 + 60 * n AS "end", 'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(0, 299) AS t(n)
