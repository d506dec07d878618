-- id: fifty
-- title: Five ports of ten hosts in the course of a day, the least that counts
-- expect: low 203.0.113.9 > -
SELECT 'eni-' || (n % 10) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.0.' || (n % 10) AS dstaddr,
    40000 AS srcport, 3300 + n / 10 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes,
    1773194400 + 1200 * n AS start, 1773194401 + 1200 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 49) AS t(n)
