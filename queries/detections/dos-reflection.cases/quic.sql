-- id: quic
-- title: Video over QUIC from thirty servers
-- expect: nothing
SELECT 'eni-1' AS interface_id, '198.18.' || (n / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    443 AS srcport, 40000 + n AS dstport, 17 AS protocol, 3000 AS packets, 3000 * 1250 AS bytes,
    1773194400 + n AS start, 1773194400 + n + 59 AS "end", 'ACCEPT' AS action
FROM generate_series(0, 29) AS t(n)
UNION ALL
SELECT 'eni-1', '10.0.0.1', '198.18.' || (n / 250) || '.' || (n % 250), 40000 + n, 443, 17, 400, 400 * 70,
    1773194400 + n, 1773194400 + n + 59, 'ACCEPT'
FROM generate_series(0, 29) AS t(n)
