-- id: dos-inbound
-- title: A host of ours is flooded from the internet
-- attack: T1499, T1498
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: sources int 500 public sources that fail within five minutes, at least
-- param: attempts int 10000 unanswered or rejected attempts within five minutes that are enough as well
-- param: packets int 300000 packets of one direction within five minutes that are enough as well
-- param: failed_share float 0.3 share of all sources, or of all attempts, that must have failed
-- param: z float 10 robust z-score (0.6745 * (x - median) / MAD) over all spans of five minutes, more than
-- param: mad_floor float 3 the MAD is taken as this, or as the root of the median, where it is smaller
-- param: slots int 12 spans of five minutes without which there is nothing to compare with
-- why: A flood of handshakes that are never finished, or of packets that nobody waits for, fills the tables and the line
--   of the host until customers get no answer.
-- false-positives: A service that went down under many clients, whose attempts then fail. Media or logs that begin to
--   stream in over UDP.
-- remediation: Put the service behind a load balancer, CloudFront or Global Accelerator with AWS Shield and AWS WAF, let
--   the host accept only those, block a single source in a network ACL, and see that the host itself is up.

-- A source has failed when it was rejected, got no answer, or never finished the handshake: a forged SYN is answered but
-- brings no third packet. Visitors who are served never count, however many come.
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
-- Who tries many ports a few times each scans; that is another finding.
by_target AS (
    SELECT
        target,
        bucket,
        count(*) AS sources,
        sum(CASE WHEN failed > 0 THEN 1 ELSE 0 END) AS failed_sources,
        sum(CASE WHEN ports > 20 AND failed < 10 * ports THEN 0 ELSE attempts END) AS attempts,
        sum(CASE WHEN ports > 20 AND failed < 10 * ports THEN 0 ELSE failed END) AS failed,
        sum(lost_packets) AS lost_packets
    FROM by_source
    GROUP BY target, bucket
),
measured AS (
    SELECT
        target,
        bucket,
        'sources' AS measure,
        failed_sources AS amount,
        failed_sources >= $sources AND failed_sources >= $failed_share * sources AS is_loud
    FROM by_target
    UNION ALL
    SELECT
        target,
        bucket,
        'attempts' AS measure,
        failed AS amount,
        failed >= $attempts AND failed >= $failed_share * attempts AS is_loud
    FROM by_target
    UNION ALL
    SELECT target, bucket, 'packets' AS measure, lost_packets AS amount, lost_packets >= $packets AS is_loud
    FROM by_target
),
loud_measure AS (
    SELECT DISTINCT target, measure FROM measured WHERE is_loud
),
spans AS (
    SELECT DISTINCT bucket FROM connections
),
-- A span without a failure counts as zero.
day AS (
    SELECT
        loud_measure.target,
        loud_measure.measure,
        spans.bucket,
        CAST(coalesce(amount, 0) AS DOUBLE) AS amount,
        coalesce(is_loud, FALSE) AS is_loud
    FROM loud_measure
    CROSS JOIN spans
    LEFT JOIN measured
        ON measured.target = loud_measure.target
        AND measured.measure = loud_measure.measure
        AND measured.bucket = spans.bucket
),
middle AS (
    SELECT target, measure, median(amount) AS usual FROM day GROUP BY target, measure HAVING count(*) >= $slots
),
deviation AS (
    SELECT
        day.target,
        day.measure,
        min(usual) AS usual,
        -- Counts of independent events scatter by the root of their mean, however even the day looks.
        greatest(median(abs(amount - usual)), $mad_floor, sqrt(min(usual))) AS mad
    FROM day
    JOIN middle ON middle.target = day.target AND middle.measure = day.measure
    GROUP BY day.target, day.measure
),
flooded AS (
    SELECT
        day.target,
        bucket,
        max(CASE WHEN day.measure = 'sources' THEN usual END) AS usual_sources,
        max(CASE WHEN day.measure = 'attempts' THEN usual END) AS usual_attempts,
        max(CASE WHEN day.measure = 'packets' THEN usual END) AS usual_packets,
        max(0.6745 * (amount - usual) / mad) AS z
    FROM day
    JOIN deviation ON deviation.target = day.target AND deviation.measure = day.measure
    WHERE is_loud AND 0.6745 * (amount - usual) / mad > $z
    GROUP BY day.target, bucket
),
peak AS (
    SELECT
        flooded.target,
        min(flooded.bucket) AS window_start,
        max(flooded.bucket) + 300 AS window_end,
        max(z) AS z,
        max(usual_sources) AS usual_sources,
        max(usual_attempts) AS usual_attempts,
        max(usual_packets) AS usual_packets,
        max(failed_sources) AS peak_sources,
        max(failed) AS peak_attempts,
        max(lost_packets) AS peak_packets
    FROM flooded
    JOIN by_target ON by_target.target = flooded.target AND by_target.bucket = flooded.bucket
    GROUP BY flooded.target
),
behind AS (
    SELECT
        flooded.target,
        source,
        port,
        protocol,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(failed) AS failed,
        sum(lost_packets) AS lost_packets,
        sum(greatest(failed, lost_packets)) AS weight
    FROM flooded
    JOIN tried ON flooded.target = tried.target AND flooded.bucket = tried.bucket
    WHERE failed > 0 OR lost_packets > 0
    GROUP BY flooded.target, source, port, protocol
),
totals AS (
    SELECT
        target,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen,
        count(DISTINCT source) AS sources,
        sum(failed) AS failed,
        sum(lost_packets) AS lost_packets,
        sum(weight) AS weight
    FROM behind
    GROUP BY target
),
-- Who, and where, are named when one accounts for more than half.
heavy_source AS (
    SELECT target, source, sum(weight) AS weight FROM behind GROUP BY target, source
),
heavy_port AS (
    SELECT target, port, protocol, sum(weight) AS weight FROM behind GROUP BY target, port, protocol
)
SELECT
    account_id,
    region,
    interface_id,
    source AS actor,
    peak.target,
    port,
    protocol,
    'inbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN peak_sources >= 50000 OR peak_attempts >= 1000000 OR peak_packets >= 30000000 THEN 'critical'
        WHEN peak_sources >= 5000 OR peak_attempts >= 100000 OR peak_packets >= 3000000 THEN 'high'
        ELSE 'medium'
    END AS severity,
    peak.target || coalesce(' (port ' || port || ')', '') || ' got ' || failed || ' attempts that failed and '
        || lost_packets || ' packets without an answer from ' || sources
        || CASE WHEN sources = 1 THEN ' source' ELSE ' sources' END || '; up to ' || peak_sources || ' sources and '
        || peak_attempts || ' failed attempts in five minutes' AS description,
    sources,
    failed AS attempts_failed,
    lost_packets AS packets_unanswered,
    peak_sources,
    peak_attempts,
    peak_packets,
    usual_sources,
    usual_attempts,
    usual_packets,
    round(z, 1) AS z
FROM peak
JOIN totals ON totals.target = peak.target
LEFT JOIN heavy_source ON heavy_source.target = peak.target AND heavy_source.weight * 2 > totals.weight
LEFT JOIN heavy_port ON heavy_port.target = peak.target AND heavy_port.weight * 2 > totals.weight
