-- id: stranger
-- title: A host on the internet tries the same port of 1,200 addresses within five minutes and is refused
-- expect: high 203.0.113.9 > -:5900
-- says: tried port 5900 (vnc) of 1200 hosts in 1200 attempts; 0 answered
SELECT 'eni-' || (n % 40) AS interface_id, '203.0.113.9' AS srcaddr,
    '10.0.' || (n / 250) || '.' || (n % 250) AS dstaddr, 50000 AS srcport, 5900 AS dstport, 6 AS protocol,
    1 AS packets, 40 AS bytes, 1773194400 + n / 5 AS start, 1773194400 + n / 5 AS "end", 'REJECT' AS action,
    2 AS tcp_flags
FROM generate_series(1, 1200) AS t(n)
