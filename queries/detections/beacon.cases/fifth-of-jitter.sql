-- id: fifth-of-jitter
-- title: A call every nine minutes give or take a fifth, all day; the quartiles lie close together, and unevenly
-- expect: medium 10.0.0.5 > 203.0.113.9:443
WITH jitter AS (
    SELECT [
        25, 66, 53, 14, 69, 31, 128, 15, 182, 20, 79, 42, 101, 207, 155, 122, 205, 26, 147, 13, 97, 185, 213, 153, 182,
        118, 134, 206, 102, 173, 11, 59, 211, 12, 207, 122, 88, 195, 141, 132, 204, 39, 55, 207, 184, 91, 127, 44, 180,
        176, 59, 119, 54, 58, 175, 184, 214, 77, 56, 150, 108, 15, 9, 102, 207, 152, 191, 1, 161, 91, 50, 23, 141, 113,
        146, 4, 58, 167, 34, 110, 84, 62, 30, 162, 3, 109, 61, 152, 0, 139, 193, 101, 129, 215, 160, 212, 199, 64, 11,
        196, 203, 188, 179, 119, 122, 102, 209, 160, 85, 202, 207, 50, 106, 17, 86, 174, 69, 149, 14, 36, 68, 0, 135,
        94, 157, 53, 209, 122, 104, 207, 49, 202, 45, 124, 3, 130
    ] AS lates
),
call AS (
    SELECT n, 1773187260 + 551 * (n - 1) + late AS at
    FROM (SELECT unnest(lates) AS late, unnest(generate_series(1, 136)) AS n FROM jitter)
)
SELECT 'eni-5' AS interface_id, '10.0.0.5' AS srcaddr, '203.0.113.9' AS dstaddr, 30000 + n AS srcport, 443 AS dstport,
    6 AS protocol, 6 AS packets, 700 AS bytes, at AS start, at + 1 AS "end", 'ACCEPT' AS action, 3 AS tcp_flags
FROM call
UNION ALL
SELECT 'eni-5', '203.0.113.9', '10.0.0.5', 443, 30000 + n, 6, 6, 900, at, at + 1, 'ACCEPT', 19 FROM call
