-- id: beside-other-ports
-- title: Five hundred sources flood one port while three hundred knock at other ports
-- expect: medium - > 10.0.0.1:80
-- says: port 80 (http) of 10.0.0.1 got 500 failed attempts from 500 sources, all within five minutes
SELECT 'eni-1' AS interface_id, '198.51.100.7' AS srcaddr, '10.0.0.1' AS dstaddr, 50000 + n AS srcport,
    443 AS dstport, 6 AS protocol, 8 AS packets, 900 AS bytes, 1773187200 + 300 * n AS start,
    1773187200 + 300 * n + 2 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.51.100.7', 443, 50000 + n, 6, 8, 4000, 1773187200 + 300 * n,
    1773187200 + 300 * n + 2, 'ACCEPT', 19
FROM generate_series(0, 47) AS t(n)
UNION ALL
SELECT 'eni-1', '198.18.' || (n / 250) || '.' || (n % 250), '10.0.0.1', 40000 + n % 20000, 80, 6, 1, 44,
    1773194400 + n % 240, 1773194400 + n % 240, 'REJECT', 2
FROM generate_series(0, 499) AS t(n)
UNION ALL
SELECT 'eni-1', '198.19.' || (n / 250) || '.' || (n % 250), '10.0.0.1', 40000, 8000 + n % 3, 6, 1, 44,
    1773194400 + n % 240, 1773194400 + n % 240, 'REJECT', 2
FROM generate_series(0, 299) AS t(n)
