-- id: dos-inbound
-- title: A host of ours is flooded from the internet
-- did: flooded a host
-- attack: T1499, T1498
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- least-hours: 1
-- param: sources int 500 public sources that fail within five minutes, at least
-- param: attempts int 10000 unanswered or rejected attempts within five minutes that are enough as well
-- param: packets int 300000 packets of one direction within five minutes that are enough as well
-- param: failed_share share 0.3 share of all sources, or of all attempts, that must have failed
-- param: z float 10 robust z-score (0.6745 * (x - median) / MAD) over all spans of five minutes, more than
-- param: mad_floor float 3 the MAD is taken as this, or as the root of the median, where it is smaller
-- param: slots int 12 spans of five minutes without which there is nothing to compare with
-- why: A flood of handshakes that are never finished, or of packets that nobody waits for, fills the tables and the
--   line of the host until customers get no answer.
-- false-positives: A service that went down under many clients, whose attempts then fail. Media or logs that begin to
--   stream in over UDP.
-- remediation: Put the service behind a load balancer, CloudFront or Global Accelerator with AWS Shield and AWS WAF,
--   let the host accept only those, block a single source in a network ACL, and see that the host itself is up.

-- A source has failed when it was rejected, got no answer, or never finished the handshake: a forged SYN is answered
-- but brings no third packet. Visitors who are served never count, however many come.
WITH tried AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        responder AS target,
        initiator AS source,
        service_port AS port,
        protocol,
        attempts,
        CASE
            WHEN outcome <> 'accepted' OR (protocol = 6 AND request_packets <= 2 * attempts) THEN attempts
            ELSE rejected
        END AS failed,
        -- One ACK of an upload may stand for many packets.
        CASE
            WHEN coalesce(reply_packets, 0) * CASE WHEN protocol = 6 THEN 100 ELSE 10 END
                < coalesce(request_packets, 0) THEN coalesce(request_packets, 0)
            ELSE 0
        END AS lost_packets,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'inbound'
),
-- A target without a single loud span needs no baseline.
loud AS (
    SELECT DISTINCT target
    FROM (
        SELECT target, bucket
        FROM tried
        GROUP BY target, bucket
        HAVING sum(CASE WHEN failed > 0 THEN 1 ELSE 0 END) >= $sources OR sum(failed) >= $attempts
            OR sum(lost_packets) >= $packets
    )
),
by_source AS (
    SELECT
        tried.target,
        bucket,
        source,
        count(DISTINCT port) AS ports,
        sum(attempts) AS attempts,
        sum(failed) AS failed,
        sum(lost_packets) AS lost_packets
    FROM loud
    JOIN tried ON loud.target = tried.target
    GROUP BY tried.target, bucket, source
),
spans AS (
    SELECT DISTINCT bucket FROM connections
),
-- Who tries many ports a few times each scans; that is another finding. A span without a failure counts as zero.
day AS (
    SELECT
        target,
        bucket,
        CAST(sum(sources) AS DOUBLE) AS sources,
        CAST(sum(failed_sources) AS DOUBLE) AS failed_sources,
        CAST(sum(attempts) AS DOUBLE) AS attempts,
        CAST(sum(failed) AS DOUBLE) AS failed,
        CAST(sum(lost_packets) AS DOUBLE) AS lost_packets
    FROM (
        SELECT
            target,
            bucket,
            1 AS sources,
            CASE WHEN failed > 0 THEN 1 ELSE 0 END AS failed_sources,
            CASE WHEN ports > 20 AND failed < 10 * ports THEN 0 ELSE attempts END AS attempts,
            CASE WHEN ports > 20 AND failed < 10 * ports THEN 0 ELSE failed END AS failed,
            lost_packets
        FROM by_source
        UNION ALL
        SELECT
            target,
            bucket,
            0 AS sources,
            0 AS failed_sources,
            0 AS attempts,
            0 AS failed,
            0 AS lost_packets
        FROM loud
        CROSS JOIN spans
    )
    GROUP BY target, bucket
),
middle AS (
    SELECT
        *,
        count(*) OVER of_target AS slots,
        median(failed_sources) OVER of_target AS usual_sources,
        median(failed) OVER of_target AS usual_attempts,
        median(lost_packets) OVER of_target AS usual_packets
    FROM day
    WINDOW of_target AS (PARTITION BY target)
),
-- Counts of independent events scatter by the root of their mean, however even the day looks.
deviation AS (
    SELECT
        *,
        greatest(median(abs(failed_sources - usual_sources)) OVER of_target, $mad_floor, sqrt(usual_sources))
            AS mad_sources,
        greatest(median(abs(failed - usual_attempts)) OVER of_target, $mad_floor, sqrt(usual_attempts))
            AS mad_attempts,
        greatest(median(abs(lost_packets - usual_packets)) OVER of_target, $mad_floor, sqrt(usual_packets))
            AS mad_packets
    FROM middle
    WINDOW of_target AS (PARTITION BY target)
),
-- A span with a tenth of what makes an attack is part of one that is near.
scored AS (
    SELECT
        *,
        CASE
            WHEN 10 * failed_sources >= $sources AND failed_sources >= $failed_share * sources
                THEN 0.6745 * (failed_sources - usual_sources) / mad_sources
            ELSE 0
        END AS z_sources,
        CASE
            WHEN 10 * failed >= $attempts AND failed >= $failed_share * attempts
                THEN 0.6745 * (failed - usual_attempts) / mad_attempts
            ELSE 0
        END AS z_attempts,
        CASE
            WHEN 10 * lost_packets >= $packets THEN 0.6745 * (lost_packets - usual_packets) / mad_packets
            ELSE 0
        END AS z_packets
    FROM deviation
    WHERE slots >= $slots
),
swollen AS (
    SELECT
        *,
        (failed_sources >= $sources AND z_sources > $z) OR (failed >= $attempts AND z_attempts > $z)
            OR (lost_packets >= $packets AND z_packets > $z) AS is_attack
    FROM scored
    WHERE greatest(z_sources, z_attempts, z_packets) > $z
),
-- A run has no pause of more than a quarter of an hour; one without an attack counts for nothing.
parted AS (
    SELECT *, CASE WHEN bucket - lag(bucket) OVER of_target <= 1200 THEN 0 ELSE 1 END AS is_new
    FROM swollen
    WINDOW of_target AS (PARTITION BY target ORDER BY bucket)
),
numbered AS (
    SELECT *, sum(is_new) OVER (PARTITION BY target ORDER BY bucket) AS run FROM parted
),
in_run AS (
    SELECT *, bool_or(is_attack) OVER (PARTITION BY target, run) AS is_of_attack FROM numbered
),
flooded AS (
    SELECT
        *,
        count(*) OVER of_target AS spans,
        max(greatest(z_sources, z_attempts, z_packets)) OVER of_target AS z,
        max(failed_sources) OVER of_target AS most_sources,
        max(failed) OVER of_target AS most_attempts,
        max(lost_packets) OVER of_target AS most_packets
    FROM in_run
    WHERE is_of_attack
    WINDOW of_target AS (PARTITION BY target)
),
behind AS (
    SELECT
        flooded.target,
        flooded.bucket,
        source,
        port,
        protocol,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(tried.failed) AS failed,
        sum(tried.lost_packets) AS lost_packets,
        sum(greatest(tried.failed, tried.lost_packets)) AS weight,
        min(spans) AS spans,
        min(z) AS z,
        min(most_sources) AS most_sources,
        min(most_attempts) AS most_attempts,
        min(most_packets) AS most_packets,
        min(usual_sources) AS usual_sources,
        min(usual_attempts) AS usual_attempts,
        min(usual_packets) AS usual_packets
    FROM flooded
    JOIN tried ON flooded.target = tried.target AND flooded.bucket = tried.bucket
    WHERE tried.failed > 0 OR tried.lost_packets > 0
    GROUP BY flooded.target, flooded.bucket, source, port, protocol
),
weighed AS (
    SELECT
        *,
        sum(weight) OVER (PARTITION BY target) AS total,
        sum(weight) OVER (PARTITION BY target, source) AS of_source,
        sum(weight) OVER (PARTITION BY target, port, protocol) AS of_port
    FROM behind
),
-- Who, and where, are named when one accounts for more than half. Where a port is named, what is told is of that port;
-- what is usual, and how bad it is, is of the whole host.
marked AS (
    SELECT
        *,
        max(CASE WHEN 2 * of_port > total THEN 1 ELSE 0 END) OVER (PARTITION BY target) AS is_port_named
    FROM weighed
),
by_bucket AS (
    SELECT
        target,
        bucket,
        count(DISTINCT CASE WHEN failed > 0 THEN source END) AS peak_sources,
        sum(failed) AS peak_attempts,
        sum(lost_packets) AS peak_packets
    FROM marked
    WHERE is_port_named = 0 OR 2 * of_port > total
    GROUP BY target, bucket
),
peak AS (
    SELECT
        target,
        max(peak_sources) AS peak_sources,
        max(peak_attempts) AS peak_attempts,
        max(peak_packets) AS peak_packets
    FROM by_bucket
    GROUP BY target
),
flood AS (
    SELECT
        target,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(CASE WHEN 2 * of_source > total THEN source END) AS actor,
        min(CASE WHEN is_port_named = 1 THEN port END) AS port,
        min(CASE WHEN is_port_named = 1 THEN protocol END) AS protocol,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        min(spans) AS spans,
        count(DISTINCT source) AS sources,
        count(DISTINCT CASE WHEN failed > 0 THEN source END) AS sources_failed,
        count(DISTINCT CASE WHEN lost_packets > 0 THEN source END) AS sources_unanswered,
        examples(source) AS sources_seen,
        count(DISTINCT port) AS ports,
        examples(port) AS ports_seen,
        sum(failed) AS failed,
        sum(lost_packets) AS lost_packets,
        min(most_sources) AS most_sources,
        min(most_attempts) AS most_attempts,
        min(most_packets) AS most_packets,
        min(usual_sources) AS usual_sources,
        min(usual_attempts) AS usual_attempts,
        min(usual_packets) AS usual_packets,
        min(z) AS z
    FROM marked
    WHERE is_port_named = 0 OR 2 * of_port > total
    GROUP BY target
),
-- What makes it an attack is told: attempts, or packets where they are more than those of the attempts, or both.
told AS (
    SELECT *, lost_packets > 0 AND (NOT has_attempts OR (most_packets >= $packets AND lost_packets > 10 * failed))
        AS has_packets
    FROM (
        SELECT
            *,
            failed > 0 AND (most_sources >= $sources OR most_attempts >= $attempts OR lost_packets = 0) AS has_attempts
        FROM flood
    )
)
SELECT
    account_id,
    region,
    interface_id,
    actor,
    told.target,
    port,
    protocol,
    'inbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN most_sources >= 50000 OR most_attempts >= 1000000 OR most_packets >= 30000000 THEN 'critical'
        WHEN most_sources >= 5000 OR most_attempts >= 100000 OR most_packets >= 3000000 THEN 'high'
        ELSE 'medium'
    END AS severity,
    CASE
        WHEN port IS NOT NULL
            THEN 'port ' || port || coalesce(' (' || service_name(port, protocol) || ')', '') || ' of '
        WHEN ports > 1 THEN ports || ' ports of '
        ELSE ''
    END || told.target || ' got ' || concat_ws(
        ' and ',
        CASE WHEN has_attempts THEN counted(failed, 'failed attempt') END,
        CASE WHEN has_packets THEN counted(lost_packets, 'hardly answered packet') END
    ) || ' from '
        || counted(
            CASE
                WHEN NOT has_packets THEN sources_failed
                WHEN NOT has_attempts THEN sources_unanswered
                ELSE sources
            END,
            'source'
        )
        || CASE
            WHEN 300 * spans < window_end - window_start
                THEN ' in ' || spans || ' of ' || ((window_end - window_start) / 300) || ' spans of five minutes'
            ELSE ''
        END
        || CASE
            WHEN spans = 1 THEN ', all within five minutes'
            ELSE '; ' || concat_ws(
                ' and ',
                CASE WHEN has_attempts THEN peak_attempts END,
                CASE WHEN has_packets THEN peak_packets END
            ) || ' of them in the busiest five minutes'
        END AS description,
    sources,
    sources_seen,
    ports,
    ports_seen,
    failed AS attempts_failed,
    lost_packets AS packets_unanswered,
    peak_sources,
    peak_attempts,
    peak_packets,
    usual_sources,
    usual_attempts,
    usual_packets,
    round(z, 1) AS z
FROM told
JOIN peak ON peak.target = told.target
