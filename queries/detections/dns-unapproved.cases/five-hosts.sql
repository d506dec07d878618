-- id: five-hosts
-- title: Five hosts ask 8.8.8.8: few enough to name each
-- expect: info 10.0.0.1 > 8.8.8.8:53; info 10.0.0.2 > 8.8.8.8:53; info 10.0.0.3 > 8.8.8.8:53;
--   info 10.0.0.4 > 8.8.8.8:53; info 10.0.0.5 > 8.8.8.8:53
SELECT 'eni-' || host AS interface_id, '10.0.0.' || host AS srcaddr, '8.8.8.8' AS dstaddr, 40000 + n AS srcport,
    53 AS dstport, 17 AS protocol, 1 AS packets, 70 AS bytes, 1773194400 + 60 * n + host AS start,
    1773194400 + 60 * n + host AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 59) AS t(n)
CROSS JOIN generate_series(1, 5) AS h(host)
