-- What a host sent to the internet within an hour, in connections that it opened. Who got a megabyte or more is named.
-- As in unusual-egress, the headers of small packets don't count, nor a NAT gateway's own leg of a connection, nor what
-- goes through a gateway endpoint.
WITH of_hour AS (
    SELECT
        bucket / 3600 AS hour,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        initiator,
        responder,
        traffic_path,
        sum(sent) AS bytes
    FROM (
        SELECT
            *,
            CASE
                WHEN protocol = 6 AND request_bytes < 100 * request_packets
                    THEN request_bytes - CASE WHEN initiator LIKE '%:%' THEN 80 ELSE 60 END * request_packets
                ELSE request_bytes
            END AS sent
        FROM connections
        WHERE bucket IS NOT NULL AND direction = 'outbound' AND outcome <> 'rejected'
    )
    WHERE sent > 0 AND coalesce(traffic_path, 0) <> 7 AND NOT is_gateway_leg
    GROUP BY bucket / 3600, initiator, responder, traffic_path
)
SELECT
    hour / 24 AS day,
    hour % 24 AS hour,
    min(account_id) AS account_id,
    min(region) AS region,
    min(interface_id) AS interface_id,
    initiator,
    CASE WHEN bytes >= 1000000 THEN responder END AS responder,
    CASE WHEN bytes >= 1000000 THEN traffic_path END AS traffic_path,
    sum(bytes) AS bytes
FROM of_hour
GROUP BY
    hour / 24,
    hour % 24,
    initiator,
    CASE WHEN bytes >= 1000000 THEN responder END,
    CASE WHEN bytes >= 1000000 THEN traffic_path END
ORDER BY initiator, responder, traffic_path, day, hour
