-- Its hours, beside what it sent and received at the same hour of earlier days.
WITH hour AS (
    SELECT
        bucket / 3600 AS number,
        sum(attempts) AS connections,
        sum(rejected) AS rejected,
        sum(sent) AS bytes_sent,
        sum(received) AS bytes_received
    FROM seen
    GROUP BY bucket / 3600
),
hour_before AS (
    SELECT bucket / 3600 AS number, sum(sent) AS sent, sum(received) AS received FROM earlier GROUP BY bucket / 3600
),
-- An hour of an earlier day in which it was silent counts as zero.
value AS (
    SELECT
        slot.hour_of_day,
        CAST(coalesce(hour_before.sent, 0) AS DOUBLE) AS sent,
        CAST(coalesce(hour_before.received, 0) AS DOUBLE) AS received
    FROM (
        SELECT DISTINCT number % 24 AS hour_of_day, day
        FROM hour
        CROSS JOIN earlier_days
    ) AS slot
    LEFT JOIN hour_before ON hour_before.number = slot.day * 24 + slot.hour_of_day
),
usual AS (
    SELECT hour_of_day, median(sent) AS median_sent, median(received) AS median_received FROM value GROUP BY hour_of_day
)
SELECT
    to_timestamp_seconds(number * 3600) AS hour,
    connections,
    rejected,
    bytes_sent AS sent,
    CASE WHEN $days > 0 THEN median_sent END AS usually_sent,
    bytes_received AS received,
    CASE WHEN $days > 0 THEN median_received END AS usually_received
FROM hour
LEFT JOIN usual ON hour_of_day = number % 24
ORDER BY hour
