-- id: rejected-spike
-- title: Far more connections are rejected than usual
-- did: met far more rejections than usual
-- attack: T1046, T1498
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- least-hours: 1
-- param: rejected int 50 rejected attempts within five minutes or an hour, at least
-- param: z float 3.5 robust z-score (0.6745 * (x - median) / MAD) over the rest of the day, at least
-- param: mad_floor float 3 the MAD is taken as this, or as the root or a tenth of the median, where it is smaller
-- param: slots int 12 spans of five minutes, or hours, without which there is nothing to compare with
-- why: Rejected attempts are the steady noise of the internet until somebody aims at you, or until a change of a rule
--   locks out those who should get in. Both are seen first as a jump.
-- false-positives: A client with an old address after a move. In logs without TCP flags also last packets that come
--   late, which then look like attempts.
-- remediation: Look at who was rejected and at which port. Block a single source; when clients of your own are
--   rejected, look for a change of a security group or network ACL at that time.
-- scope: interface
-- records: action = 'REJECT'

-- What is counted are attempts (SYN rows), so that late packets of closed connections, which AWS rejects too, make no
-- spike. Without TCP flags they can't be told from attempts; there it helps that the same client mostly was answered at
-- the same port within the five minutes. A span without a rejected attempt counts as zero: a median over the noisy
-- spans alone would hide a jump. Connections of trusted addresses, such as a scanner of your own, are not in the table.
WITH rejected AS (
    SELECT interface_id, bucket, sum(rejected) AS rejected
    FROM connections
    WHERE rejected > 0 AND answers = 0 AND interface_id IS NOT NULL
    GROUP BY interface_id, bucket
),
spans AS (
    SELECT CAST(300 AS BIGINT) AS seconds, bucket AS span FROM connections GROUP BY bucket
    UNION ALL
    SELECT CAST(3600 AS BIGINT) AS seconds, bucket / 3600 * 3600 AS span FROM connections GROUP BY bucket / 3600 * 3600
),
counted AS (
    SELECT interface_id, CAST(300 AS BIGINT) AS seconds, bucket AS span, rejected FROM rejected
    UNION ALL
    SELECT interface_id, CAST(3600 AS BIGINT) AS seconds, bucket / 3600 * 3600 AS span, sum(rejected) AS rejected
    FROM rejected
    GROUP BY interface_id, bucket / 3600 * 3600
),
-- An interface without a single loud span needs no baseline.
loud AS (
    SELECT interface_id, seconds FROM counted GROUP BY interface_id, seconds HAVING max(rejected) >= $rejected
),
day AS (
    SELECT
        loud.interface_id, loud.seconds, spans.span, CAST(coalesce(counted.rejected, 0) AS DOUBLE) AS rejected
    FROM loud
    JOIN spans ON spans.seconds = loud.seconds
    LEFT JOIN counted
        ON counted.interface_id = loud.interface_id AND counted.seconds = loud.seconds AND counted.span = spans.span
),
middle AS (
    SELECT interface_id, seconds, median(rejected) AS median_rejected
    FROM day
    GROUP BY interface_id, seconds
    HAVING count(*) >= $slots
),
deviation AS (
    SELECT
        day.interface_id,
        day.seconds,
        min(median_rejected) AS median_rejected,
        -- Counts of independent events scatter by the root of their mean, however even the day looks, and those of the
        -- internet by more: what is not half as much again as usual is no spike.
        greatest(
            median(abs(rejected - median_rejected)),
            $mad_floor,
            sqrt(min(median_rejected)),
            min(median_rejected) / 10
        ) AS mad
    FROM day
    JOIN middle ON middle.interface_id = day.interface_id AND middle.seconds = day.seconds
    GROUP BY day.interface_id, day.seconds
),
loudest AS (
    SELECT
        day.interface_id,
        day.seconds,
        span,
        span / 3600 AS hour,
        rejected,
        median_rejected,
        mad,
        0.6745 * (rejected - median_rejected) / mad AS z
    FROM day
    JOIN deviation ON deviation.interface_id = day.interface_id AND deviation.seconds = day.seconds
    WHERE rejected >= $rejected AND 0.6745 * (rejected - median_rejected) / mad > $z
),
-- An hour that is loud only for its loud five minutes adds nothing to them but calm.
standing AS (
    SELECT *
    FROM (
        SELECT
            *,
            max(rejected) OVER (PARTITION BY interface_id, hour) AS most_rejected,
            CASE
                WHEN seconds = 300 THEN rejected
                ELSE rejected - sum(CASE WHEN seconds = 300 THEN rejected ELSE 0 END) OVER (
                    PARTITION BY interface_id, hour
                )
            END AS rest
        FROM loudest
    )
    WHERE rest >= $rejected AND 0.6745 * (rest - median_rejected) / mad > $z
),
-- Where a quarter of an hour of calm lies between, another spike begins.
numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY interface_id ORDER BY span, seconds DESC) AS number
    FROM (
        SELECT
            *,
            CASE
                WHEN span - max(span + seconds) OVER (
                    PARTITION BY interface_id ORDER BY span, seconds DESC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) < 900 THEN 0
                ELSE 1
            END AS begins
        FROM standing
    )
),
-- Of five minutes and hours, the span that stands out most is told.
spike AS (
    SELECT
        interface_id,
        number,
        min(span) AS window_start,
        max(span + seconds) AS window_end,
        max(most_rejected) AS most_rejected,
        first_value(seconds ORDER BY z DESC, seconds, span) AS span_seconds,
        first_value(rejected ORDER BY z DESC, seconds, span) AS peak_rejected,
        first_value(median_rejected ORDER BY z DESC, seconds, span) AS median_rejected,
        first_value(mad ORDER BY z DESC, seconds, span) AS mad_rejected,
        max(z) AS z
    FROM numbered
    GROUP BY interface_id, number
),
spike_bucket AS (
    SELECT spike.interface_id, number, bucket
    FROM spike
    JOIN rejected ON rejected.interface_id = spike.interface_id
    WHERE bucket >= window_start AND bucket < window_end
),
behind AS (
    SELECT
        connections.interface_id, number, initiator, responder, service_port, protocol, direction,
        min(account_id) AS account_id,
        min(region) AS region,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(rejected) AS rejected
    FROM spike_bucket
    JOIN connections
        ON connections.interface_id = spike_bucket.interface_id AND connections.bucket = spike_bucket.bucket
    WHERE rejected > 0 AND answers = 0
    GROUP BY connections.interface_id, number, initiator, responder, service_port, protocol, direction
),
-- Who, whom and where are named when one accounts for more than half.
totals AS (
    SELECT
        interface_id,
        number,
        min(account_id) AS account_id,
        min(region) AS region,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(rejected) AS rejected,
        count(DISTINCT initiator) AS sources,
        count(DISTINCT service_port) AS ports,
        examples(initiator) AS sources_seen,
        examples(service_port) AS ports_seen
    FROM behind
    GROUP BY interface_id, number
),
by_source AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY interface_id, number ORDER BY rejected DESC, initiator) AS place
    FROM (
        SELECT interface_id, number, initiator, sum(rejected) AS rejected
        FROM behind
        GROUP BY interface_id, number, initiator
    )
),
most AS (
    SELECT
        interface_id,
        number,
        max(rejected) AS rejected,
        array_to_string(array_agg(initiator || ' (' || rejected || ')' ORDER BY place), ', ') AS sources
    FROM by_source
    WHERE place <= 5
    GROUP BY interface_id, number
),
by_target AS (
    SELECT interface_id, number, responder, direction, sum(rejected) AS rejected
    FROM behind
    GROUP BY interface_id, number, responder, direction
),
by_port AS (
    SELECT interface_id, number, service_port, protocol, sum(rejected) AS rejected
    FROM behind
    GROUP BY interface_id, number, service_port, protocol
),
-- What the interface's host is called, where a file of context says.
named AS (
    SELECT
        interface_id AS named_interface,
        ' (' || min(coalesce(name, host_name(split_part(addresses, ' ', 1)))) || ')' AS host
    FROM interfaces
    GROUP BY interface_id
)
SELECT
    account_id,
    region,
    spike.interface_id,
    initiator AS actor,
    responder AS target,
    service_port AS port,
    protocol,
    direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN most_rejected >= 10000 THEN 'high'
        WHEN most_rejected >= 1000 THEN 'medium'
        ELSE 'low'
    END AS severity,
    counted(totals.rejected, 'attempt') || ' of '
        || counted(totals.sources, 'source')
        || CASE WHEN totals.rejected = 1 THEN ' was' ELSE ' were' END || ' rejected at ' || spike.interface_id
        || CASE WHEN responder IS NULL THEN coalesce(host, '') ELSE '' END
        || CASE
            WHEN totals.sources = 1 THEN ''
            WHEN initiator IS NULL THEN ', at most ' || most.rejected || ' of one source'
            ELSE ', ' || by_source.rejected || ' of them of ' || initiator
        END
        || coalesce(
            ', most at port ' || service_port || coalesce(' (' || service_name(service_port, protocol) || ')', ''), ''
        )
        || '; up to ' || CAST(peak_rejected AS BIGINT) || ' in '
        || CASE WHEN span_seconds = 300 THEN 'five minutes' ELSE 'a clock hour' END || ', where '
        || CASE
            WHEN median_rejected = 0 THEN 'none is'
            WHEN median_rejected < 1 THEN 'fewer than 1 is'
            WHEN round(median_rejected) = 1 THEN '1 is'
            ELSE CAST(round(median_rejected) AS BIGINT) || ' are'
        END || ' usual' AS description,
    totals.rejected AS rejected,
    by_source.rejected AS rejected_of_actor,
    most.sources AS most_rejected_seen,
    -- A text: what tells the spikes of a day apart.
    to_char(to_timestamp(window_start), '%H:%M') AS begins,
    span_seconds,
    CAST(peak_rejected AS BIGINT) AS peak_rejected,
    median_rejected,
    round(mad_rejected, 1) AS mad_rejected,
    round(z, 1) AS z,
    totals.sources,
    ports,
    sources_seen,
    ports_seen
FROM spike
JOIN totals ON totals.interface_id = spike.interface_id AND totals.number = spike.number
JOIN most ON most.interface_id = spike.interface_id AND most.number = spike.number
LEFT JOIN named ON named_interface = spike.interface_id
LEFT JOIN by_source
    ON by_source.interface_id = spike.interface_id
    AND by_source.number = spike.number
    AND by_source.rejected * 2 > totals.rejected
LEFT JOIN by_target
    ON by_target.interface_id = spike.interface_id
    AND by_target.number = spike.number
    AND by_target.rejected * 2 > totals.rejected
LEFT JOIN by_port
    ON by_port.interface_id = spike.interface_id
    AND by_port.number = spike.number
    AND by_port.rejected * 2 > totals.rejected
