-- id: always-so
-- title: Six hundred sources are rejected every five minutes of the day: an address with a past
-- expect: nothing
SELECT 'eni-1' AS interface_id, '198.18.' || (n % 600 / 250) || '.' || (n % 250) AS srcaddr, '10.0.0.1' AS dstaddr,
    40000 + n % 20000 AS srcport, 80 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes,
    1773187200 + n / 600 * 300 + n % 240 AS start, 1773187200 + n / 600 * 300 + n % 240 AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 28799) AS t(n)
