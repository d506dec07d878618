-- id: crypto-mining
-- title: A host keeps talking to a mining pool's port
-- did: kept talking to a mining pool's port
-- attack: T1496
-- guardduty: CryptoCurrency:EC2/BitcoinTool.B
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: ports ports 3333,4444,5555,7777,8333,9999,14433,14444,45560,45700 ports that mining pools and coin nodes
--   listen on
-- param: minutes int 30 minutes that the conversation lasts, at least
-- param: gap int 2 spans of five minutes without traffic that do not end it
-- param: bytes_per_minute float 600000 bytes a minute in both directions, at most on average; work and results are
--   small
-- param: spread float 1 standard deviation of the bytes of five minutes over their mean, at most
-- why: Mining is what most stolen instances are used for: it costs you money every hour. Who could start a miner can
--   also read what the host may read.
-- false-positives: A service of a partner, a chat or a debugger that listens on one of these ports and keeps its
--   connections open; leave its port out of ports.
-- remediation: Look at the processor load of the instance and find the miner's process. Isolate the instance, keep its
--   disk, replace it from a clean image, and look in CloudTrail for who started it and what else its role did.
-- records: protocol = 6

-- The rows in the middle of a long connection carry no flags and are oriented by their ports, so that a host with a
-- lower port than the pool's looks like the service: such rows count as ours unless the peer was seen to begin. In logs
-- without flags nobody is seen to begin, and a port that clients take is ours unless it serves others, too.
WITH low_port AS (
    SELECT DISTINCT responder AS host, service_port AS host_port
    FROM connections
    WHERE protocol = 6 AND direction = 'inbound' AND outcome = 'accepted' AND orientation = 'ports' AND attempts > 0
        AND array_has($ports, CAST(initiator_port AS BIGINT))
        AND service_port >= 32768
),
client_port AS (
    SELECT host, host_port
    FROM low_port
    JOIN connections ON low_port.host = responder AND low_port.host_port = service_port
    WHERE protocol = 6 AND direction IN ('inbound', 'internal') AND outcome = 'accepted'
    GROUP BY host, host_port
    HAVING min(initiator) = max(initiator) AND count(initiator_port) = count(*)
        AND min(initiator_port) = max(initiator_port)
),
either AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        is_gateway_leg,
        initiator AS host,
        responder AS pool,
        service_port AS port,
        initiator_port AS host_port,
        flows,
        attempts,
        0 AS begun_by_pool,
        request_bytes AS sent,
        reply_bytes AS received,
        reply_packets AS received_packets,
        first_start,
        last_end
    FROM connections
    WHERE protocol = 6 AND direction = 'outbound' AND outcome = 'accepted' AND NOT is_unasked
        AND array_has($ports, CAST(service_port AS BIGINT))
    UNION ALL
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        is_gateway_leg,
        responder AS host,
        initiator AS pool,
        initiator_port AS port,
        service_port AS host_port,
        flows,
        CASE WHEN client_port.host IS NULL THEN 0 ELSE attempts END AS attempts,
        CASE WHEN client_port.host IS NULL THEN attempts ELSE 0 END AS begun_by_pool,
        reply_bytes AS sent,
        request_bytes AS received,
        request_packets AS received_packets,
        first_start,
        last_end
    FROM client_port
    RIGHT JOIN connections
        ON client_port.host = responder AND client_port.host_port = service_port AND orientation = 'ports'
    WHERE protocol = 6 AND direction = 'inbound' AND outcome = 'accepted'
        AND array_has($ports, CAST(initiator_port AS BIGINT))
        AND (service_port >= 32768 OR attempts > 0)
),
span AS (
    SELECT
        host,
        pool,
        port,
        bucket,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        CASE WHEN count(host_port) = count(*) AND min(host_port) = max(host_port) THEN min(host_port) END AS host_port,
        sum(flows) AS flows,
        sum(attempts) AS attempts,
        sum(begun_by_pool) AS begun_by_pool,
        sum(coalesce(sent, 0)) AS sent,
        sum(coalesce(received, 0)) AS received,
        sum(coalesce(received_packets, 0)) AS received_packets,
        min(first_start) AS first_start,
        max(last_end) AS last_end
    FROM either
    GROUP BY host, pool, port, bucket
),
suspect AS (
    SELECT host, pool, port
    FROM span
    GROUP BY host, pool, port
    HAVING max(last_end) - min(first_start) >= 60 * $minutes AND sum(begun_by_pool) = 0
        AND sum(sent) > 0 AND sum(received) > 0
),
beside AS (
    SELECT
        span.*,
        lag(bucket) OVER pair AS bucket_before,
        lag(host_port) OVER pair AS port_before
    FROM suspect
    JOIN span ON suspect.host = span.host AND suspect.pool = span.pool AND suspect.port = span.port
    WINDOW pair AS (PARTITION BY span.host, span.pool, span.port ORDER BY bucket)
),
-- One that lasts begins nothing new, or has the port that it had before, or has a record for most minutes; many short
-- ones have a new port and two records each.
numbered AS (
    SELECT
        *,
        CASE WHEN attempts = 0 OR host_port = port_before OR flows >= 6 * attempts THEN 1.0 ELSE 0.0 END AS goes_on,
        sum(CASE WHEN bucket - bucket_before <= 300 * ($gap + 1) THEN 0 ELSE 1 END) OVER (
            PARTITION BY host, pool, port ORDER BY bucket ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS stretch
    FROM beside
),
stretches AS (
    SELECT
        host,
        pool,
        port,
        stretch,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(sent) AS sent,
        sum(received) AS received
    FROM numbered
    GROUP BY host, pool, port, stretch
    HAVING max(last_end) - min(first_start) >= 60 * $minutes
        AND avg(goes_on) >= 0.5
        AND sum(sent) > 0
        -- More than the bare headers of an empty answer.
        AND sum(received) > 60 * sum(received_packets)
        AND 60.0 * sum(sent + received) / (max(last_end) - min(first_start)) <= $bytes_per_minute
        AND stddev_pop(CAST(sent + received AS DOUBLE)) <= $spread * avg(sent + received)
),
mined AS (
    SELECT
        host,
        pool,
        port,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        min(window_start) AS window_start,
        max(window_end) AS window_end,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen,
        sum(last_seen - first_seen) AS seconds,
        count(*) AS stretches,
        sum(sent) AS bytes_out,
        sum(received) AS bytes_in
    FROM stretches
    GROUP BY host, pool, port
)
SELECT
    account_id,
    region,
    interface_id,
    host AS actor,
    pool AS target,
    port,
    CAST(6 AS INT) AS protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE WHEN seconds >= 36000 THEN 'critical' WHEN seconds >= 7200 THEN 'high' ELSE 'medium' END AS severity,
    host || ' talked to port ' || port || ' of ' || pool || ' for '
        || CASE
            WHEN seconds >= 7200 THEN round(seconds / 3600.0, 1) || ' hours, '
            ELSE CAST(round(seconds / 60.0) AS BIGINT) || ' minutes, '
        END
        || human_bytes(60.0 * (bytes_out + bytes_in) / seconds) || ' a minute' AS description,
    CAST(round(seconds / 60.0) AS BIGINT) AS minutes,
    stretches,
    bytes_out,
    bytes_in,
    round(60.0 * (bytes_out + bytes_in) / seconds, 1) AS bytes_per_minute
FROM mined
WHERE NOT is_gateway_leg AND is_public(pool)
