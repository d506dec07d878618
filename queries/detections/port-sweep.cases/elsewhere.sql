-- id: elsewhere
-- title: A host of ours tries a file share at addresses that are neither ours nor on the internet
-- expect: medium 10.0.0.5 > -:445
-- says: tried port 445 (smb) of 40 hosts outside in 40 attempts
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '198.18.0.' || n AS dstaddr, 40000 + n AS srcport,
    445 AS dstport, 6 AS protocol, 1 AS packets, 40 AS bytes, 1773194400 + n AS start, 1773194400 + n AS "end",
    'ACCEPT' AS action, 2 AS tcp_flags
FROM generate_series(1, 40) AS t(n)
