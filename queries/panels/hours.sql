-- id: hours
-- title: Hour by hour
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- meaning: What was accepted (two hosts and a port count once in five minutes), connections that were rejected (each try
--   counts), and bytes that left for the internet, by the hour (UTC). The strong line is this period; the band is between
--   the least and the most of the same hour of earlier days, and the line in it their median.
-- lines: accepted, rejected, bytes_out
WITH of_span AS (
    SELECT
        bucket,
        count(*) FILTER (WHERE outcome = 'accepted' AND NOT is_gateway_leg) AS accepted,
        coalesce(sum(rejected) FILTER (WHERE answers = 0), 0) AS rejected,
        coalesce(
            sum(CASE direction WHEN 'outbound' THEN request_bytes WHEN 'inbound' THEN reply_bytes END)
                FILTER (WHERE outcome <> 'rejected' AND NOT is_gateway_leg),
            0
        ) AS bytes_out
    FROM connections
    WHERE bucket IS NOT NULL
    GROUP BY bucket
    UNION ALL
    SELECT DISTINCT bucket, 0, 0, 0 FROM interface_spans WHERE bucket IS NOT NULL
),
of_hour AS (
    SELECT
        bucket / 3600 AS hour,
        sum(accepted) AS accepted,
        sum(rejected) AS rejected,
        sum(bytes_out) AS bytes_out
    FROM of_span
    GROUP BY bucket / 3600
),
before AS (
    SELECT day, hour, sum(accepted) AS accepted, sum(rejected) AS rejected, sum(bytes_out) AS bytes_out
    FROM history_hours
    GROUP BY day, hour
),
usual AS (
    SELECT
        hour AS hour_of_day,
        median(accepted) AS accepted,
        min(accepted) AS least_accepted,
        max(accepted) AS most_accepted,
        median(rejected) AS rejected,
        min(rejected) AS least_rejected,
        max(rejected) AS most_rejected,
        median(bytes_out) AS bytes_out,
        min(bytes_out) AS least_bytes_out,
        max(bytes_out) AS most_bytes_out
    FROM before
    GROUP BY hour
)
SELECT
    to_timestamp_seconds(of_hour.hour * 3600) AS hour,
    of_hour.accepted,
    CAST(usual.accepted AS BIGINT) AS usual_accepted,
    least_accepted,
    most_accepted,
    of_hour.rejected,
    CAST(usual.rejected AS BIGINT) AS usual_rejected,
    least_rejected,
    most_rejected,
    of_hour.bytes_out,
    CAST(usual.bytes_out AS BIGINT) AS usual_bytes_out,
    least_bytes_out,
    most_bytes_out
FROM of_hour
LEFT JOIN usual ON hour_of_day = of_hour.hour % 24
ORDER BY hour
