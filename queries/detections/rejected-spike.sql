-- id: rejected-spike
-- title: Far more connections are rejected than usual
-- did: met far more rejections than usual
-- attack: T1046, T1498
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- least-hours: 1
-- param: rejected int 50 rejected attempts within five minutes or an hour, at least
-- param: z float 3.5 robust z-score (0.6745 * (x - median) / MAD) over the same hour of earlier days, else the rest of
--   the day, at least
-- param: mad_floor float 3 the MAD is taken as this, or as the root of the median, where it is smaller
-- param: mad_floor_share share 0.1 the MAD is taken as this share of the median where it is smaller
-- param: slots int 12 spans of five minutes, or hours, without which a day can't be compared with itself
-- param: history_days int 3 earlier days on which the interface logged at that hour, without which the spans of its own
--   day are compared
-- param: weekdays int 3 of these days, so many of the same weekday, from which on only those are compared
-- why: Rejected attempts are the steady noise of the internet until somebody aims at you, or until a change of a rule
--   locks out those who should get in. Both are seen first as a jump.
-- false-positives: Where fewer than history_days earlier days are known, a peak of every day. A client with an old
--   address after a move. In logs without TCP flags also last packets that come late, which then look like attempts.
-- remediation: Look at who was rejected and at which port. Block a single source; when clients of your own are
--   rejected, look for a change of a security group or network ACL at that time.
-- scope: interface
-- records: action = 'REJECT'

-- What is counted are attempts (SYN rows), so that late packets of closed connections, which AWS rejects too, make no
-- spike. Without TCP flags they can't be told from attempts; there it helps that the same client mostly was answered at
-- the same port within the five minutes. A span without a rejected attempt counts as zero: a median over the noisy
-- spans alone would hide a jump. Connections of trusted addresses, such as a scanner of your own, are not in the table.
WITH rejected AS (
    SELECT interface_id, bucket, min(account_id) AS account_id, sum(rejected) AS rejected
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
    SELECT interface_id, CAST(300 AS BIGINT) AS seconds, bucket AS span, account_id, rejected FROM rejected
    UNION ALL
    SELECT
        interface_id,
        CAST(3600 AS BIGINT) AS seconds,
        bucket / 3600 * 3600 AS span,
        min(account_id) AS account_id,
        sum(rejected) AS rejected
    FROM rejected
    GROUP BY interface_id, bucket / 3600 * 3600
),
-- An interface without a single loud span needs no baseline.
loud AS (
    SELECT interface_id, seconds, coalesce(min(account_id), '') AS account_id
    FROM counted
    GROUP BY interface_id, seconds
    HAVING max(rejected) >= $rejected
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
            $mad_floor_share * min(median_rejected)
        ) AS mad
    FROM day
    JOIN middle ON middle.interface_id = day.interface_id AND middle.seconds = day.seconds
    GROUP BY day.interface_id, day.seconds
),
-- Earlier days are looked up for the hours of loud spans only, and for those before and after them.
loud_span AS (
    SELECT interface_id, seconds, span, CAST(rejected AS DOUBLE) AS rejected FROM counted WHERE rejected >= $rejected
),
asked AS (
    SELECT DISTINCT interface_id, seconds, span / 3600 AS hour, shift, span / 3600 + shift AS clock
    FROM loud_span
    CROSS JOIN (VALUES (-1), (0), (1)) AS shifts(shift)
),
logged AS (
    SELECT history_hours.interface_id, day, hour, sum(rejected) AS rejected, max(peak_rejected) AS peak_rejected
    FROM (SELECT DISTINCT interface_id FROM loud) AS host
    JOIN history_hours ON host.interface_id = history_hours.interface_id
    GROUP BY history_hours.interface_id, day, hour
),
-- Five minutes compare with the loudest five of that hour on earlier days. An hour in which the interface did not log
-- has no row, and does not count.
earlier AS (
    SELECT
        asked.interface_id,
        asked.seconds,
        asked.hour,
        shift,
        (clock / 24 - day) % 7 = 0 AS is_weekday,
        CAST(CASE WHEN seconds = 300 THEN peak_rejected ELSE rejected END AS DOUBLE) AS rejected
    FROM asked
    JOIN logged ON asked.interface_id = logged.interface_id AND asked.clock % 24 = logged.hour
    WHERE day < asked.hour / 24
),
-- Many work by the week. Of enough days of the same weekday, the others say less.
compared AS (
    SELECT *
    FROM (
        SELECT
            *,
            count(*) OVER of_hour AS days,
            sum(CASE WHEN is_weekday THEN 1 ELSE 0 END) OVER of_hour AS weekdays
        FROM earlier
        WINDOW of_hour AS (PARTITION BY interface_id, seconds, hour, shift)
    )
    WHERE days >= $history_days AND (is_weekday OR weekdays < $weekdays)
),
usual AS (
    SELECT
        interface_id, seconds, hour, shift, median_rejected,
        median(abs(rejected - median_rejected)) AS mad,
        count(*) AS history_days,
        max(weekdays) >= $weekdays AS is_of_weekday
    FROM (
        SELECT *, median(rejected) OVER (PARTITION BY interface_id, seconds, hour, shift) AS median_rejected
        FROM compared
    )
    GROUP BY interface_id, seconds, hour, shift, median_rejected
),
habit AS (
    SELECT
        interface_id,
        seconds,
        hour,
        max(CASE WHEN shift = 0 THEN median_rejected END) AS same_rejected,
        max(CASE WHEN shift = -1 THEN median_rejected END) AS before_rejected,
        max(CASE WHEN shift = 1 THEN median_rejected END) AS after_rejected,
        max(CASE WHEN shift = 0 THEN mad END) AS mad,
        max(CASE WHEN shift = 0 THEN history_days END) AS history_days,
        bool_or(shift = 0 AND is_of_weekday) AS is_of_weekday
    FROM usual
    GROUP BY interface_id, seconds, hour
    HAVING bool_or(shift = 0)
),
-- A new interface is compared with the others of the account, too: those that are not new and loud themselves.
newcomer AS (
    SELECT loud.interface_id, min(account_id) AS account_id
    FROM loud
    LEFT JOIN logged ON logged.interface_id = loud.interface_id
    GROUP BY loud.interface_id
    HAVING count(DISTINCT day) < $history_days
),
peer_hour AS (
    SELECT DISTINCT account_id, span / 3600 % 24 AS hour
    FROM newcomer
    JOIN loud_span ON loud_span.interface_id = newcomer.interface_id
),
peer_logged AS (
    SELECT
        peer_hour.account_id, peer_hour.hour, history_hours.interface_id, day,
        sum(rejected) AS rejected,
        max(peak_rejected) AS peak_rejected
    FROM peer_hour
    JOIN history_hours
        ON peer_hour.hour = history_hours.hour AND peer_hour.account_id = coalesce(history_hours.account_id, '')
    LEFT JOIN newcomer ON newcomer.interface_id = history_hours.interface_id
    WHERE newcomer.interface_id IS NULL AND history_hours.interface_id IS NOT NULL
    GROUP BY peer_hour.account_id, peer_hour.hour, history_hours.interface_id, day
),
peer_earlier AS (
    SELECT
        account_id, hour, interface_id, day, seconds,
        CAST(CASE WHEN seconds = 300 THEN peak_rejected ELSE rejected END AS DOUBLE) AS rejected
    FROM peer_logged
    CROSS JOIN (VALUES (300), (3600)) AS spans(seconds)
),
peer_usual AS (
    SELECT
        account_id, hour, seconds, median_rejected,
        greatest(
            median(abs(rejected - median_rejected)),
            $mad_floor,
            sqrt(median_rejected),
            $mad_floor_share * median_rejected
        ) AS mad,
        count(DISTINCT interface_id) AS peers
    FROM (
        SELECT *, median(rejected) OVER (PARTITION BY account_id, hour, seconds) AS median_rejected FROM peer_earlier
    )
    GROUP BY account_id, hour, seconds, median_rejected
    HAVING count(DISTINCT day) >= $history_days
),
of_peers AS (
    SELECT interface_id, hour, seconds, peers, median_rejected, mad
    FROM newcomer
    JOIN peer_usual ON newcomer.account_id = peer_usual.account_id
),
-- A peak that comes up to half an hour early or late is the same peak: as much as half of it falls in an hour that used
-- to lie before or after it, and its loudest five minutes in the half of that hour that is next to it.
measured AS (
    SELECT
        loud_span.interface_id,
        loud_span.seconds,
        span,
        span / 3600 AS hour,
        loud_span.rejected,
        habit.history_days,
        is_of_weekday,
        same_rejected,
        before_rejected,
        after_rejected,
        peers,
        of_peers.median_rejected AS peer_median_rejected,
        of_peers.mad AS peer_mad,
        deviation.median_rejected AS day_median_rejected,
        deviation.mad AS day_mad,
        habit.mad AS usual_mad,
        greatest(
            same_rejected,
            CASE
                WHEN loud_span.seconds = 3600 THEN before_rejected / 2
                WHEN span % 3600 < 1800 THEN before_rejected
            END,
            CASE
                WHEN loud_span.seconds = 3600 THEN after_rejected / 2
                WHEN span % 3600 >= 1800 THEN after_rejected
            END
        ) AS usual_rejected
    FROM loud_span
    LEFT JOIN deviation
        ON deviation.interface_id = loud_span.interface_id AND deviation.seconds = loud_span.seconds
    LEFT JOIN habit
        ON habit.interface_id = loud_span.interface_id
        AND habit.seconds = loud_span.seconds
        AND habit.hour = loud_span.span / 3600
    LEFT JOIN of_peers
        ON of_peers.interface_id = loud_span.interface_id
        AND of_peers.seconds = loud_span.seconds
        AND of_peers.hour = loud_span.span / 3600 % 24
),
-- What is rejected at a new interface is unusual when its own day and the others say so.
loudest AS (
    SELECT *
    FROM (
        SELECT
            *,
            CASE
                WHEN peers IS NULL THEN 0.6745 * (rejected - median_rejected) / mad
                WHEN mad IS NOT NULL
                    THEN least(
                        0.6745 * (rejected - median_rejected) / mad,
                        0.6745 * (rejected - peer_median_rejected) / peer_mad
                    )
            END AS z
        FROM (
            SELECT
                *,
                coalesce(usual_rejected, day_median_rejected) AS median_rejected,
                CASE
                    WHEN usual_rejected IS NULL THEN day_mad
                    ELSE greatest(usual_mad, $mad_floor, sqrt(usual_rejected), $mad_floor_share * usual_rejected)
                END AS mad
            FROM measured
        )
    )
    WHERE z > $z
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
        AND (peers IS NULL OR 0.6745 * (rest - peer_median_rejected) / peer_mad > $z)
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
-- Of five minutes and hours, the span that stands out most is told, with its measure.
spike AS (
    SELECT
        numbered.interface_id,
        numbered.number,
        window_start,
        window_end,
        most_of_number AS most_rejected,
        seconds AS span_seconds,
        span AS peak_span,
        rejected AS peak_rejected,
        median_rejected,
        mad AS mad_rejected,
        history_days,
        is_of_weekday,
        same_rejected,
        before_rejected,
        after_rejected,
        peers,
        peer_median_rejected,
        z
    FROM (
        SELECT
            *,
            min(span) OVER of_number AS window_start,
            max(span + seconds) OVER of_number AS window_end,
            max(most_rejected) OVER of_number AS most_of_number,
            row_number() OVER (PARTITION BY interface_id, number ORDER BY z DESC, seconds, span) AS place
        FROM numbered
        WINDOW of_number AS (PARTITION BY interface_id, number)
    ) AS numbered
    WHERE place = 1
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
            WHEN coalesce(same_rejected, median_rejected) = 0 THEN 'none is'
            WHEN coalesce(same_rejected, median_rejected) < 1 THEN 'fewer than 1 is'
            WHEN round(coalesce(same_rejected, median_rejected)) = 1 THEN '1 is'
            ELSE CAST(round(coalesce(same_rejected, median_rejected)) AS BIGINT) || ' are'
        END || ' usual'
        || CASE
            WHEN history_days IS NULL THEN ''
            ELSE ' at that hour'
                || CASE
                    -- A neighbour that hardly weighs is not told of.
                    WHEN median_rejected - same_rejected < mad_rejected THEN ''
                    WHEN median_rejected IN (after_rejected, after_rejected / 2)
                        THEN ' and ' || CAST(round(after_rejected) AS BIGINT) || ' at the next'
                    ELSE ' and ' || CAST(round(before_rejected) AS BIGINT) || ' at the one before'
                END
                || ' (over ' || counted(
                    history_days, CASE WHEN is_of_weekday THEN to_char(to_timestamp(peak_span), '%A') ELSE 'day' END
                ) || ')'
        END
        || CASE
            WHEN peers IS NULL THEN ''
            ELSE '; at ' || counted(peers, 'other interface') || ' usually '
                || CASE
                    WHEN peer_median_rejected < 0.5 THEN 'none'
                    ELSE CAST(CAST(round(peer_median_rejected) AS BIGINT) AS VARCHAR)
                END || ' at that hour'
        END AS description,
    totals.rejected AS rejected,
    by_source.rejected AS rejected_of_actor,
    most.sources AS most_rejected_seen,
    -- A text: what tells the spikes of a day apart.
    to_char(to_timestamp(window_start), '%H:%M') AS begins,
    span_seconds,
    CAST(peak_rejected AS BIGINT) AS peak_rejected,
    median_rejected,
    round(mad_rejected, 1) AS mad_rejected,
    coalesce(history_days, 0) AS history_days,
    peers,
    peer_median_rejected,
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
