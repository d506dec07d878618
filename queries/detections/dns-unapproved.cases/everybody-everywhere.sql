-- id: everybody-everywhere
-- title: Thirty hosts ask three well-known resolvers, as they are set up to: one finding
-- expect: info - > -:53
-- says: 30 hosts asked 3 resolvers that are not approved, most of all 9.9.9.9, in clear (port 53), with 4800 packets
SELECT 'eni-' || host AS interface_id, '10.0.0.' || host AS srcaddr, resolver AS dstaddr, 40000 + n AS srcport,
    53 AS dstport, 17 AS protocol, packets, 70 * packets AS bytes, 1773194400 + 60 * n + host AS start,
    1773194400 + 60 * n + host AS "end", 'ACCEPT' AS action, 0 AS tcp_flags
FROM generate_series(0, 39) AS t(n)
CROSS JOIN generate_series(1, 30) AS h(host)
CROSS JOIN (VALUES ('1.1.1.1', 1), ('8.8.8.8', 1), ('9.9.9.9', 2)) AS r(resolver, packets)
