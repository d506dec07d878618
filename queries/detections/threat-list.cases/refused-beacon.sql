-- id: refused-beacon
-- title: A host of ours tries an address in a listed network, and a network ACL refuses it
-- threat-list: feodo.txt
-- expect: low 10.0.0.5 > 198.51.100.77:8443
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.51.100.77' AS dstaddr, 40000 + n AS srcport,
    8443 AS dstport, 6 AS protocol, 1 AS packets, 60 AS bytes, 1773194400 + 60 * n AS start,
    1773194401 + 60 * n AS "end", 'REJECT' AS action, 2 AS tcp_flags
FROM generate_series(1, 3) AS t(n)
