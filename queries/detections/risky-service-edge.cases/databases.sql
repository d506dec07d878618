-- id: databases
-- title: The internet uses a database and a cluster's API of ours; hosts of ours use such services outside and inside
-- expect: medium 203.0.113.9 > 10.0.0.1:3306; medium 203.0.113.9 > 10.0.0.1:6443
-- says: 203.0.113.9 used port 3306 (mysql) of 10.0.0.1 in 1 connection
WITH session AS (
    SELECT client, server, port
    FROM (VALUES
        ('203.0.113.9', '10.0.0.1', 3306), ('203.0.113.9', '10.0.0.1', 6443),
        ('10.0.0.1', '203.0.113.20', 27017), ('10.0.0.1', '203.0.113.21', 6443),
        ('10.0.0.2', '10.0.0.1', 5432), ('10.0.0.2', '10.0.0.1', 9200)
    ) AS t(client, server, port)
)
SELECT 'eni-1' AS interface_id, client AS srcaddr, server AS dstaddr, 50000 AS srcport, port AS dstport, 6 AS protocol,
    40 AS packets, 9000 AS bytes, 1773194400 AS start, 1773194440 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM session
UNION ALL
SELECT 'eni-1', server, client, port, 50000, 6, 60, 90000, 1773194400, 1773194440, 'ACCEPT', 19
FROM session
