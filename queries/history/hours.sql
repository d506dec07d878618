-- An hour of an interface that logged: what it was rejected, and what went over it otherwise. A NAT gateway's own leg of a
-- connection is counted with the host behind it.
WITH of_span AS (
    SELECT
        bucket,
        interface_id,
        min(account_id) AS account_id,
        min(region) AS region,
        count(*) FILTER (WHERE outcome = 'accepted' AND NOT is_gateway_leg) AS accepted,
        coalesce(sum(rejected) FILTER (WHERE answers = 0), 0) AS rejected,
        coalesce(
            sum(CASE direction WHEN 'outbound' THEN request_bytes WHEN 'inbound' THEN reply_bytes END)
                FILTER (WHERE outcome <> 'rejected' AND NOT is_gateway_leg),
            0
        ) AS bytes_out,
        coalesce(
            sum(CASE direction WHEN 'outbound' THEN reply_bytes WHEN 'inbound' THEN request_bytes END)
                FILTER (WHERE outcome <> 'rejected' AND NOT is_gateway_leg),
            0
        ) AS bytes_in
    FROM connections
    WHERE bucket IS NOT NULL
    GROUP BY bucket, interface_id
    UNION ALL
    SELECT bucket, interface_id, min(account_id), min(region), 0, 0, 0, 0
    FROM interface_spans
    WHERE bucket IS NOT NULL
    GROUP BY bucket, interface_id
)
SELECT
    bucket / 86400 AS day,
    bucket % 86400 / 3600 AS hour,
    min(account_id) AS account_id,
    min(region) AS region,
    interface_id,
    sum(accepted) AS accepted,
    sum(rejected) AS rejected,
    max(rejected) AS peak_rejected,
    sum(bytes_out) AS bytes_out,
    sum(bytes_in) AS bytes_in
FROM of_span
GROUP BY bucket / 86400, bucket % 86400 / 3600, interface_id
ORDER BY interface_id, day, hour
