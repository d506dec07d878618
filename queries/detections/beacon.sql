-- id: beacon
-- title: A host calls an address on the internet by the clock
-- did: called out by the clock
-- attack: T1071, T1573
-- guardduty: Backdoor:EC2/C&CActivity.B
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action, tcp_flags
-- param: score share 0.7 mean of the four scores, from which on a pair is reported
-- param: timestamp_score share 0.75 the score of the times alone, at least; of few calls it must be up to 0.2 higher
-- param: times int 4 distinct times at which the host calls, at least
-- param: shortest duration 5s interval between calls, at least: below it whole seconds tell no clock from a busy client
-- param: kilobytes float 100 kilobytes (10^3 bytes) of most calls, both ways, at most; more is work: backups, downloads
-- param: prevalent share 0.3 share of the hosts that call out; what more of them call belongs to the estate
-- param: prevalent_hosts int 3 hosts that must call an address before it can be prevalent
-- param: prevalence_penalty float 0.35 what the score of a prevalent address is lowered by
-- param: ignored_ports ports 123 UDP ports whose services call by the clock
-- param: trusted texts "52.46.128.0/19, 52.94.0.0/15, 52.119.128.0/17, 54.239.0.0/17, 54.240.192.0/18, 72.21.192.0/19,
--   176.32.96.0/19, 1.1.1.1, 1.0.0.1, 8.8.8.8, 8.8.4.4, 9.9.9.9, 149.112.112.112, 208.67.222.222, 208.67.220.220"
--   addresses and networks that are called by the clock and known: those of AWS' own services, and public resolvers
-- why: Malware asks its master for orders, at even intervals and with calls of the same size. Whoever answers them has
--   the host.
-- false-positives: Agents, licence checks and monitoring of few hosts; name them in trusted. What most hosts call is
--   lowered by itself.
-- remediation: Look up the address and the process that calls it. If nobody knows it, isolate the host with a security
--   group that has no rules, take snapshots of its volumes, and block the address in a network ACL.

-- The scores are those of RITA 5, each from 0 to 1: how even the times are, how even the sizes, how much of the logs'
-- span is covered, and how flat its histogram of 24 bars is. A NAT gateway's own leg of a connection is left out,
-- because the host behind it is counted.
-- UDP has no SYN: a stream from one port shows a row in every interval of aggregation, as if it were calls. From one
-- port only short exchanges count, one in five minutes. Through a gateway endpoint there are only S3 and DynamoDB.
WITH called AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        service_port,
        protocol,
        attempts,
        coalesce(request_bytes, 0) + coalesce(reply_bytes, 0) AS bytes,
        attempt_starts,
        attempt_bytes,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND protocol IN (6, 17) AND attempts > 0
        AND coalesce(traffic_path, CASE WHEN aws_service(responder) IN ('S3', 'DYNAMODB') THEN 7 END, 0) <> 7
        AND NOT (protocol = 17 AND array_has($ignored_ports, CAST(service_port AS BIGINT)) AND (
            -- No clock is set with kilobytes.
            service_port <> 123 OR coalesce(request_bytes, 0) <= 10000
        ))
        AND (protocol = 6 OR initiator_port IS NULL OR (attempts = 1 AND last_end - first_start < 30))
        AND NOT is_gateway_leg
),
-- Most pairs end here: the score of fewer than six bars is below any that is worth a finding. Most calls must be
-- small, not their mean: malware that is given work now and then moves much in a few of them.
pair AS (
    SELECT initiator, responder, service_port, protocol
    FROM called
    GROUP BY initiator, responder, service_port, protocol
    HAVING count(*) >= 6 AND sum(attempts) >= $times AND sum(attempts) * $shortest <= count(*) * 300
        AND 2 * sum(CASE WHEN bytes <= $kilobytes * 1000 * attempts THEN attempts ELSE 0 END) > sum(attempts)
),
logs AS (
    SELECT
        begins,
        ends - begins AS seconds,
        bar_seconds,
        (ends - begins) / bar_seconds AS bars
    FROM (
        SELECT
            min(bucket) AS begins,
            max(bucket) + 300 AS ends,
            greatest((max(bucket) + 300 - min(bucket)) / 24, 300) AS bar_seconds
        FROM connections
    )
),
-- Pairs may be many, and their bars and calls are more: those bear the number of their pair only.
suspect AS (
    SELECT *, row_number() OVER (ORDER BY initiator, responder, service_port, protocol) AS pair
    FROM logs
    CROSS JOIN pair
    WHERE is_public(responder) AND NOT cidr_contains($trusted, responder)
),
bar AS (
    SELECT
        pair,
        bars,
        seconds,
        least((bucket - begins) / bar_seconds, bars - 1) AS bar,
        min(bucket) AS first_bucket,
        max(bucket) AS last_bucket,
        sum(bytes) AS bytes,
        sum(attempts) AS calls
    FROM suspect
    JOIN called
        ON suspect.initiator = called.initiator
        AND suspect.responder = called.responder
        AND suspect.service_port = called.service_port
        AND suspect.protocol = called.protocol
    GROUP BY pair, bars, seconds, least((bucket - begins) / bar_seconds, bars - 1)
),
-- Bars in a row have the same difference between their number and their rank.
ordered AS (
    SELECT
        *,
        bar - row_number() OVER (PARTITION BY pair ORDER BY bar) AS row_of_bars,
        max(calls) OVER (PARTITION BY pair) AS highest
    FROM bar
),
-- Heights are told apart by a twentieth of the highest.
grouped AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY pair, row_of_bars) AS run,
        count(*) OVER (PARTITION BY pair, height) AS alike,
        row_number() OVER (PARTITION BY pair, height ORDER BY bar) AS place_in_height
    FROM (SELECT *, CAST(floor(calls / ceil(highest * 0.05)) AS BIGINT) AS height FROM ordered)
),
histogram AS (
    SELECT
        pair,
        count(*) AS filled,
        min(first_bucket) AS first_bucket,
        max(last_bucket) AS last_bucket,
        sum(calls) AS calls,
        sum(bytes) AS bytes,
        CAST(max(last_bucket) + 300 - min(first_bucket) AS DOUBLE) / min(seconds) AS coverage,
        -- The last bar is followed by the first.
        greatest(
            max(run),
            least(
                max(CASE WHEN bar = 0 THEN run ELSE 0 END) + max(CASE WHEN bar = bars - 1 THEN run ELSE 0 END),
                min(bars)
            )
        ) AS longest_run,
        -- The standard deviation over the mean, of all bars, empty ones too.
        sqrt(greatest(CAST(sum(calls * calls) AS DOUBLE) * min(bars) / power(sum(calls), 2) - 1, 0)) AS variation,
        array_agg(alike ORDER BY alike DESC) FILTER (WHERE place_in_height = 1) AS heights
    FROM grouped
    GROUP BY pair
),
scored AS (
    SELECT
        *,
        CASE WHEN filled >= 6 THEN greatest(coverage, least(longest_run / 12.0, 1)) ELSE 0 END AS duration_score,
        greatest(
            1 - variation,
            CASE WHEN filled >= 11 THEN least((heights[1] + coalesce(heights[2], 0)) / (filled - 1.0), 1) ELSE 0 END,
            0
        ) AS histogram_score
    FROM histogram
),
-- Times and sizes can give one each.
promising AS (
    SELECT scored.*, initiator, responder, service_port, protocol
    FROM scored
    JOIN suspect ON suspect.pair = scored.pair
    WHERE 2 + duration_score + histogram_score >= 4 * $score
),
place AS (
    SELECT
        pair,
        min(account_id) AS account_id,
        min(region) AS region,
        CASE WHEN count(DISTINCT interface_id) = 1 THEN min(interface_id) END AS interface_id,
        max(last_end) AS last_seen,
        max(called.bytes) AS most_bytes
    FROM promising
    JOIN called
        ON promising.initiator = called.initiator
        AND promising.responder = called.responder
        AND promising.service_port = called.service_port
        AND promising.protocol = called.protocol
    GROUP BY pair
),
call AS (
    SELECT pair, unnest(attempt_starts) AS start, CAST(unnest(attempt_bytes) AS DOUBLE) AS size
    FROM promising
    JOIN called
        ON promising.initiator = called.initiator
        AND promising.responder = called.responder
        AND promising.service_port = called.service_port
        AND promising.protocol = called.protocol
),
apart AS (
    SELECT
        *,
        CAST(nullif(start - lag(start) OVER (PARTITION BY pair ORDER BY start, size), 0) AS DOUBLE) AS gap,
        median(size) OVER (PARTITION BY pair) AS median_size
    FROM call
),
middle AS (
    SELECT *, median(gap) OVER (PARTITION BY pair) AS median_gap FROM apart
),
-- A record tells when its first packet was seen, and where records are aggregated that may be up to a minute late. Of
-- intervals above five minutes, a minute more or less is therefore as good as none.
eased AS (
    SELECT
        *,
        CASE
            WHEN median_gap > 300 THEN median_gap + signum(gap - median_gap) * greatest(abs(gap - median_gap) - 60, 0)
            ELSE gap
        END AS even_gap
    FROM middle
),
spread AS (
    SELECT
        pair,
        median_gap,
        median_size,
        min(start) AS first_seen,
        count(gap) + 1 AS times,
        median(abs(gap - median_gap)) AS deviation,
        median(abs(even_gap - median_gap)) AS gap_deviation,
        percentile_cont(even_gap, 0.25) AS gap_low,
        percentile_cont(even_gap, 0.75) AS gap_high,
        median(abs(size - median_size)) AS size_deviation,
        percentile_cont(size, 0.25) AS size_low,
        percentile_cont(size, 0.75) AS size_high
    FROM eased
    GROUP BY pair, median_gap, median_size
),
-- Bowley's skewness says how lopsided a distribution is; quartiles that are close together, within ten or a twentieth of
-- the interval, say nothing.
even AS (
    SELECT
        *,
        (
            greatest(1 - gap_deviation / median_gap, 0)
            + 1 - CASE
                WHEN gap_high - gap_low < greatest(10, median_gap / 20) OR median_gap IN (gap_low, gap_high) THEN 0
                ELSE abs(gap_low + gap_high - 2 * median_gap) / (gap_high - gap_low)
            END
        ) / 2 AS gap_score,
        (
            CASE WHEN median_size >= 1 THEN greatest(1 - size_deviation / median_size, 0) ELSE 0 END
            + 1 - CASE
                WHEN size_high - size_low < 10 OR median_size IN (size_low, size_high) THEN 0
                ELSE abs(size_low + size_high - 2 * median_size) / (size_high - size_low)
            END
        ) / 2 AS size_score
    FROM spread
    WHERE times >= $times AND median_gap >= $shortest
),
-- People and busy clients call at random, which has a score of about 0.5. Of few calls it can be higher by chance.
-- Whom the best score of the times could not help any more is looked at no further.
gaps_judged AS (
    SELECT even.*, gap_score >= $timestamp_score + least(1 / sqrt(times), 0.2) AS by_gaps
    FROM promising
    JOIN even ON even.pair = promising.pair
    WHERE 1 + size_score + duration_score + histogram_score >= 4 * $score
),
-- Extra calls at random break the intervals of a clock, and most gaps are shorter then. Its own interval is still that
-- of which the gaps fill most of the time: two rulers, half a mark apart, so that it does not fall between marks.
ruled AS (
    SELECT middle.pair, times, gap, CAST(floor(ln(gap) * 5 + ruler / 2.0) AS BIGINT) * 2 + ruler AS mark
    FROM (VALUES (0), (1)) AS rulers(ruler)
    CROSS JOIN gaps_judged
    JOIN middle ON middle.pair = gaps_judged.pair
    WHERE NOT by_gaps AND times >= 100 AND gap >= 20
),
marked AS (
    SELECT
        pair,
        times,
        median(gap) AS period,
        count(*) AS gaps,
        row_number() OVER (PARTITION BY pair ORDER BY sum(gap) DESC, mark) AS place
    FROM ruled
    GROUP BY pair, times, mark
),
-- Whether a call is followed by another one such interval later, give or take a seventh; and whether one comes in as
-- wide a span a little before or after that. An interval that less than a tenth of the gaps have is a pause of people.
followed AS (
    SELECT
        pair,
        period,
        count(*) OVER (PARTITION BY pair ORDER BY at RANGE BETWEEN 0.86 FOLLOWING AND 1.14 FOLLOWING) > 0 AS on_time,
        count(*) OVER (PARTITION BY pair ORDER BY at RANGE BETWEEN 0.56 FOLLOWING AND 0.84 FOLLOWING) > 0 AS early,
        count(*) OVER (PARTITION BY pair ORDER BY at RANGE BETWEEN 1.16 FOLLOWING AND 1.44 FOLLOWING) > 0 AS late
    FROM (
        SELECT DISTINCT marked.pair, period, CAST(start AS DOUBLE) / period AS at
        FROM marked
        JOIN call ON call.pair = marked.pair
        WHERE place = 1 AND 10 * gaps >= times
    )
),
-- Calls at random are followed on time as often as early or late, which is a score of a half. Among fewer than a
-- hundred some interval stands out by chance.
clock AS (
    SELECT pair, period, 0.5 + 0.5 * (on_time - by_chance) / (1 - by_chance) AS clock_score
    FROM (
        SELECT
            pair,
            period,
            avg(CASE WHEN on_time THEN 1.0 ELSE 0.0 END) AS on_time,
            avg(CASE WHEN early THEN 0.5 ELSE 0.0 END + CASE WHEN late THEN 0.5 ELSE 0.0 END) AS by_chance
        FROM followed
        GROUP BY pair, period
    )
    WHERE by_chance <= 0.5
),
timed AS (
    SELECT
        gaps_judged.pair,
        first_seen,
        times,
        CASE WHEN by_gaps THEN gap_score ELSE clock_score END AS timestamp_score,
        size_score,
        CASE WHEN by_gaps THEN median_gap ELSE period END AS interval_seconds,
        CASE WHEN by_gaps THEN deviation END AS deviation,
        median_size,
        size_deviation
    FROM gaps_judged
    LEFT JOIN clock ON clock.pair = gaps_judged.pair
    WHERE by_gaps OR clock_score >= $timestamp_score + least(1 / sqrt(times), 0.2)
),
callers AS (
    SELECT responder, count(*) AS hosts
    FROM (SELECT DISTINCT responder, initiator FROM called)
    GROUP BY responder
),
estate AS (
    SELECT count(DISTINCT initiator) AS all_hosts FROM called
),
judged AS (
    SELECT
        promising.*,
        account_id,
        region,
        interface_id,
        first_seen,
        last_seen,
        most_bytes,
        times,
        interval_seconds,
        deviation,
        median_size,
        size_deviation,
        timestamp_score,
        size_score,
        hosts,
        (timestamp_score + size_score + duration_score + histogram_score) / 4
            - CASE
                WHEN hosts >= $prevalent_hosts AND hosts > $prevalent * all_hosts THEN $prevalence_penalty
                ELSE 0
            END AS score
    FROM estate
    CROSS JOIN timed
    JOIN promising ON promising.pair = timed.pair
    JOIN place ON place.pair = timed.pair
    JOIN callers ON callers.responder = promising.responder
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    responder AS target,
    service_port AS port,
    protocol,
    'outbound' AS direction,
    first_bucket AS window_start,
    last_bucket + 300 AS window_end,
    first_seen,
    last_seen,
    -- What happens less than every half hour of a day is weak evidence, and may be any job.
    CASE
        WHEN round(score, 3) >= 1 AND times >= 48 THEN 'high'
        WHEN score >= 0.9 AND times >= 48 THEN 'medium'
        WHEN score >= 0.7 THEN 'low'
        ELSE 'info'
    END AS severity,
    initiator || ' called port ' || service_port || coalesce(' (' || service_name(service_port, protocol) || ')', '')
        || ' of ' || responder || ' ' || times || ' times, every ' || CAST(round(interval_seconds) AS BIGINT)
        || ' seconds ' || coalesce('give or take ' || CAST(round(deviation) AS BIGINT), 'and in between') || ', with '
        || human_bytes(median_size) || ' sent give or take ' || human_bytes(size_deviation) || ', '
        || human_bytes(round(CAST(bytes AS DOUBLE) / calls)) || ' both ways on average'
        || CASE
            WHEN bytes > $kilobytes * 1000 * calls THEN ', up to ' || human_bytes(most_bytes) || ' in five minutes'
            ELSE ''
        END
        || '; score ' || round(score, 3) || ', where 1 is clockwork' AS description,
    round(score, 3) AS score,
    round(timestamp_score, 3) AS timestamp_score,
    round(size_score, 3) AS size_score,
    round(duration_score, 3) AS duration_score,
    round(histogram_score, 3) AS histogram_score,
    times,
    calls,
    interval_seconds,
    deviation AS interval_deviation_seconds,
    median_size AS bytes_sent_per_call,
    round(CAST(bytes AS DOUBLE) / calls, 1) AS bytes_per_call,
    most_bytes AS most_bytes_in_five_minutes,
    hosts AS hosts_that_call
FROM judged
WHERE score >= $score
