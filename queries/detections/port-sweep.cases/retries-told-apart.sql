-- id: retries-told-apart
-- title: A client retries at the closed ports of six hosts of many addresses, in records that tell the addresses apart
-- interfaces: interfaces.json
-- expect: nothing
SELECT 'eni-' || (1 + n % 6) AS interface_id, '203.0.113.9' AS srcaddr, '10.0.' || (1 + n % 6) || '.1' AS dstaddr,
    '203.0.113.9' AS pkt_srcaddr, '10.0.' || (1 + n % 6) || '.1' AS pkt_dstaddr, 41000 + 97 * n AS srcport,
    6379 AS dstport, 6 AS protocol, 1 AS packets, 44 AS bytes, 1773194400 + 3 * n AS start, 1773194400 + 3 * n AS "end",
    'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(0, 89) AS t(n)
UNION ALL
SELECT 'eni-' || n, '198.51.100.7', '10.0.' || n || '.1', '198.51.100.7', '10.0.' || n || '.3', 50000 + n, 443, 6, 9,
    1500, 1773194000 + n, 1773194003 + n, 'ACCEPT', 3
FROM generate_series(1, 6) AS t(n)
