-- id: brute-force-ssh
-- title: Passwords are tried over SSH
-- did: tried passwords over SSH
-- attack: T1110
-- guardduty: UnauthorizedAccess:EC2/SSHBruteForce
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: ports ports 22 ports that SSH listens on
-- param: connections int 10 accepted connections of one pair within ten minutes that make an attack
-- param: min_packets float 5 packets a guess sends at least; fewer are health checks
-- param: max_packets float 60 packets a guess sends at most; more are work
-- param: spread float 0.3 how far the bytes of a guess may lie from the median, as a share of it
-- param: alike share 0.8 share of the connections within ten minutes that must lie so near
-- param: unlike int 100 connections of one source outside within an hour that make an attack although they differ
-- param: max_reply float 4500 bytes that such a connection gets back on average, at most; more is what a login is for
-- param: most_reply float 9000 bytes that a guess of a host of ours gets back on average, at most
-- param: per_day int 200 connections of one source outside that make an attack however slow, if they are alike
-- param: sources int 20 sources outside that make an attack together, if they open `unlike` connections within an hour
-- param: routine duration 6h time of a day with connections at an even rate that makes them a program's routine
-- why: Many short connections that are all alike are a program trying passwords. Who pads them to look different
--   still gets no more back than it takes to turn him away. One that succeeds owns the host.
-- false-positives: Scripts that run one short command over SSH in a loop for a while, and partners outside who log in
--   anew for each of many tiny files. What goes on all day at an even rate is told with low severity, or not at all if
--   it gets more back than a guess.
-- remediation: Close SSH to the internet or use Session Manager, allow keys only, and look in the host's log for a
--   login from this source.
-- records: protocol = 6

-- Guesses are short: they end within two minutes, and have a record or three in each direction. Without TCP flags a
-- session that stays open looks like a new connection every five minutes, but it has a record of every minute.
WITH accepted AS (
    SELECT
        *,
        -- What a host says, without the headers of its packets: it acknowledges padding, too.
        reply_bytes - 40 * reply_packets AS said,
        -- Records that go on with a connection.
        greatest(flows - attempts - answers, 0) AS rests,
        -- Padding makes guesses differ, but it is the guesser who sends it: what the host says to turn him away stays
        -- little. Only a stranger's count so, because hosts of ours run many short commands at each other; and only
        -- with TCP flags, because many sessions that stay open look like that without them. Five minutes in which a
        -- session gets more back are left out by themselves, so that the right guess does not hide the wrong ones.
        direction = 'inbound'
            AND orientation = 'tcp_flags'
            AND flows <= 6 * attempts
            AND attempt_packets >= $min_packets * attempts
            AND attempt_packets <= $max_packets * attempts
            AND reply_bytes - 40 * reply_packets <= $max_reply * attempts AS is_short
    FROM connections
    WHERE protocol = 6 AND answers > 0 AND attempts > 0 AND array_has($ports, CAST(service_port AS BIGINT))
),
-- Each five minutes belong to two times ten.
in_ten_minutes AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        bucket + 300 * half AS bucket,
        attempt_bytes,
        sum(attempts) OVER pair AS connections,
        sum(flows) OVER pair AS flows,
        sum(attempt_packets) OVER pair AS packets,
        sum(attempt_packets_squared) OVER pair AS squares,
        sum(rests) OVER pair AS rests,
        sum(said) OVER pair AS said
    FROM accepted
    CROSS JOIN (VALUES (0), (1)) AS halves(half)
    WINDOW pair AS (PARTITION BY initiator, responder, service_port, direction, bucket + 300 * half)
),
-- A median and the share of those near it, not mean and deviation: a large connection now and then hides nothing.
sized AS (
    SELECT
        *,
        median(CAST(bytes AS DOUBLE)) OVER (
            PARTITION BY initiator, responder, service_port, direction, bucket
        ) AS typical_bytes
    FROM (
        SELECT
            initiator,
            responder,
            service_port,
            direction,
            bucket,
            connections,
            packets,
            squares,
            rests,
            unnest(attempt_bytes) AS bytes
        FROM in_ten_minutes
        WHERE connections >= $connections
            AND flows <= 6 * connections
            -- A guess that fails gets no more back than it takes to say so; a fetch from a repository does. A stranger
            -- may have an account to hide behind.
            AND (direction = 'inbound' OR said <= $most_reply * connections)
    )
),
compared AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        bucket,
        typical_bytes,
        CAST(min(packets) AS DOUBLE) / min(connections) AS mean,
        min(squares) / min(connections) AS mean_square,
        count(*) AS attempts,
        sum(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1 ELSE 0 END) AS near,
        -- A guess that the end of a record cuts in two looks smaller, and has another record.
        least(
            sum(CASE WHEN bytes < typical_bytes * (1 - $spread) THEN 1 ELSE 0 END), min(rests), count(*) / 3
        ) AS cut,
        avg(CASE WHEN bytes > typical_bytes * (1 + $spread) THEN 1.0 ELSE 0.0 END) AS far
    FROM sized
    GROUP BY initiator, responder, service_port, direction, bucket, typical_bytes
),
-- Where a share of the connections lies far above the others, the mean of the others is the mean of all less
-- deviation * sqrt(share / (1 - share)).
alike AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        bucket,
        typical_bytes,
        mean - sqrt(greatest(mean_square - mean * mean, 0) * far / (1 - far)) AS mean
    FROM compared
    WHERE near + cut >= $connections AND near + cut >= attempts * $alike
),
-- Who stays below every count of minutes and hours is seen by the count of the day.
slow AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        bucket,
        typical_bytes,
        min(mean) AS mean,
        min(near) AS near
    FROM (
        SELECT
            *,
            avg(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1.0 ELSE 0.0 END) OVER (
                PARTITION BY initiator, responder, service_port, direction
            ) AS near
        FROM (
            SELECT
                *,
                median(CAST(bytes AS DOUBLE)) OVER (
                    PARTITION BY initiator, responder, service_port, direction
                ) AS typical_bytes
            FROM (
                SELECT
                    initiator, responder, service_port, direction, bucket, mean, unnest(attempt_bytes) AS bytes
                FROM (
                    SELECT
                        *,
                        CAST(attempt_packets AS DOUBLE) / attempts AS mean,
                        sum(attempts) OVER (PARTITION BY initiator, responder, service_port, direction) AS in_all
                    FROM accepted
                    WHERE is_short
                )
                WHERE in_all >= $per_day
            )
        )
    )
    GROUP BY initiator, responder, service_port, direction, bucket, typical_bytes
),
-- Whether they are part of an hour with enough.
padded AS (
    SELECT
        *,
        max(connections) OVER (
            PARTITION BY initiator, responder, service_port, direction ORDER BY bucket
            RANGE BETWEEN CURRENT ROW AND 3300 FOLLOWING
        ) AS most
    FROM (
        SELECT
            initiator,
            responder,
            service_port,
            direction,
            bucket,
            CAST(attempt_packets AS DOUBLE) / attempts AS mean,
            sum(attempts) OVER (
                PARTITION BY initiator, responder, service_port, direction ORDER BY bucket
                RANGE BETWEEN 3300 PRECEDING AND CURRENT ROW
            ) AS connections
        FROM accepted
        WHERE is_short
    )
),
guessed AS (
    SELECT initiator, responder, service_port, direction, bucket, mean, typical_bytes, 'alike' AS look
    FROM alike
    WHERE mean >= $min_packets AND mean <= $max_packets
    UNION ALL
    SELECT initiator, responder, service_port, direction, bucket, mean, typical_bytes, 'slow' AS look
    FROM slow
    WHERE near >= $alike
    UNION ALL
    SELECT initiator, responder, service_port, direction, bucket, mean, NULL AS typical_bytes, 'padded' AS look
    FROM padded
    WHERE most >= $unlike
),
suspect AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        coalesce(
            median(mean) FILTER (WHERE look = 'alike'), median(mean) FILTER (WHERE look = 'slow'), avg(mean)
        ) AS mean,
        coalesce(median(typical_bytes) FILTER (WHERE look = 'alike'), max(typical_bytes)) AS typical_bytes,
        bool_or(look <> 'padded') AS is_alike
    FROM guessed
    GROUP BY initiator, responder, service_port, direction
),
-- All connections of such a pair, and how many of five minutes' are as large as the guesses.
likened AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        bucket,
        account_id,
        region,
        interface_id,
        first_start,
        last_end,
        is_alike,
        mean,
        has_flags,
        attempts,
        flows,
        packets,
        said,
        sum(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1 ELSE 0 END)
            + least(
                sum(CASE WHEN bytes < typical_bytes * (1 - $spread) THEN 1 ELSE 0 END), rests, count(*) / 3
            ) AS near
    FROM (
        SELECT
            accepted.initiator,
            accepted.responder,
            accepted.service_port,
            accepted.direction,
            bucket,
            account_id,
            region,
            interface_id,
            first_start,
            last_end,
            is_alike,
            mean,
            typical_bytes,
            orientation = 'tcp_flags' AS has_flags,
            attempts,
            flows,
            attempt_packets AS packets,
            said,
            rests,
            unnest(attempt_bytes) AS bytes
        FROM suspect
        JOIN accepted
            ON suspect.initiator = accepted.initiator
            AND suspect.responder = accepted.responder
            AND suspect.service_port = accepted.service_port
            AND suspect.direction = accepted.direction
    )
    GROUP BY
        initiator, responder, service_port, direction, bucket, account_id, region, interface_id, first_start, last_end,
        is_alike, mean, has_flags, attempts, flows, packets, said, rests
),
five_minutes AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        bucket,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        bool_or(is_alike) AS is_alike,
        min(mean) AS mean,
        bool_or(has_flags) AS has_flags,
        sum(attempts) AS attempts,
        sum(flows) AS flows,
        sum(packets) AS packets,
        sum(said) AS said,
        sum(near) AS near,
        bool_or(is_mark) AS is_guessed
    FROM (
        SELECT *, false AS is_mark FROM likened
        UNION ALL
        SELECT
            initiator,
            responder,
            service_port,
            direction,
            bucket - 300 * half AS bucket,
            NULL AS account_id,
            NULL AS region,
            NULL AS interface_id,
            NULL AS first_start,
            NULL AS last_end,
            NULL AS is_alike,
            NULL AS mean,
            NULL AS has_flags,
            NULL AS attempts,
            NULL AS flows,
            NULL AS packets,
            NULL AS said,
            NULL AS near,
            true AS is_mark
        FROM guessed
        CROSS JOIN (VALUES (0), (1)) AS halves(half)
        WHERE half = 0 OR look = 'alike'
    )
    GROUP BY initiator, responder, service_port, direction, bucket
    HAVING NOT bool_and(is_mark)
),
-- Guessing begins and ends, or goes on at leisure, with fewer connections in five minutes: as large as the others, or
-- of half to twice the packets where those differ. The session that follows the right guess has more.
span AS (
    SELECT
        *,
        is_guessed AND (near > 0 OR NOT is_alike) AS is_attack,
        CASE
            WHEN is_guessed AND (near > 0 OR NOT is_alike) THEN true
            WHEN is_alike THEN near >= attempts * $alike AND (has_flags OR flows <= 6 * attempts)
            ELSE packets BETWEEN mean / 2 * attempts AND mean * 2 * attempts AND flows <= 6 * attempts
        END AS is_part,
        -- How often the pair connects in five minutes of the day, as a rule.
        count(*) OVER pair AS pieces,
        median(CAST(attempts AS DOUBLE)) OVER pair AS usual
    FROM five_minutes
    WINDOW pair AS (PARTITION BY initiator, responder, service_port, direction)
),
-- A run has no pause of more than a quarter of an hour; one that has ten minutes with enough is told of as a whole.
parted AS (
    SELECT *, CASE WHEN bucket - lag(bucket) OVER pair <= 1200 THEN 0 ELSE 1 END AS is_new
    FROM span
    WHERE is_part
    WINDOW pair AS (PARTITION BY initiator, responder, service_port, direction ORDER BY bucket)
),
numbered AS (
    SELECT
        *,
        sum(is_new) OVER (PARTITION BY initiator, responder, service_port, direction ORDER BY bucket) AS run
    FROM parted
),
in_run AS (
    SELECT
        *,
        bool_or(is_attack) OVER (PARTITION BY initiator, responder, service_port, direction, run) AS is_of_attack
    FROM numbered
),
told AS (
    SELECT
        *,
        sum(attempts) OVER (
            PARTITION BY initiator, responder, service_port, direction ORDER BY bucket
            RANGE BETWEEN 3300 PRECEDING AND CURRENT ROW
        ) AS in_an_hour
    FROM in_run
    WHERE is_of_attack
),
-- What goes on at an even rate for much of the day is a program's routine: a pool that opens a connection for each
-- query, a job that looks for new files every minute. Guesses are a burst that begins and ends; or they go on at a rate
-- that nobody outside needs.
judged AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(attempts) AS connections,
        sum(said) AS said,
        max(in_an_hour) AS in_an_hour,
        bool_or(is_alike) AS is_alike,
        CASE WHEN bool_or(is_alike) THEN min(mean) ELSE CAST(sum(packets) AS DOUBLE) / sum(attempts) END
            AS typical_packets,
        CAST(sum(near) AS DOUBLE) / sum(attempts) AS near,
        min(pieces) * 300 >= $routine
            AND max(attempts) <= 3 * min(usual) + $connections / 2.0
            AND (direction = 'internal' OR min(usual) <= 1.5 * $connections) AS is_routine
    FROM told
    GROUP BY initiator, responder, service_port, direction
),
-- Guesses that are shared among many sources, each of which has few: those at one target within an hour, which begins
-- at the full or the half. Most of what strangers open there must be guesses, or many of them come to work.
few AS (
    SELECT *
    FROM (
        SELECT
            *,
            max(in_ten_minutes) OVER (PARTITION BY initiator, responder, service_port) AS most,
            sum(attempts) OVER (PARTITION BY initiator, responder, service_port) AS in_all
        FROM (
            SELECT
                *,
                sum(attempts) OVER (
                    PARTITION BY initiator, responder, service_port ORDER BY bucket
                    RANGE BETWEEN 300 PRECEDING AND CURRENT ROW
                ) AS in_ten_minutes
            FROM accepted
            WHERE direction = 'inbound' AND orientation = 'tcp_flags'
        )
    )
    WHERE most < $connections AND in_all < $per_day
),
by_hour AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY responder, service_port, hour, initiator, is_short ORDER BY bucket) AS time
    FROM (
        SELECT few.*, bucket - bucket % 1800 - 1800 * half AS hour
        FROM few
        CROSS JOIN (VALUES (0), (1)) AS halves(half)
    )
),
crowd AS (
    SELECT
        *,
        sum(CASE WHEN is_short AND time = 1 THEN 1 ELSE 0 END) OVER target AS sources,
        sum(CASE WHEN is_short THEN attempts ELSE 0 END) OVER target AS guesses,
        sum(attempts) OVER target AS connections
    FROM by_hour
    WINDOW target AS (PARTITION BY responder, service_port, hour)
),
of_crowd AS (
    SELECT *, median(CAST(bytes AS DOUBLE)) OVER (PARTITION BY responder, service_port, hour) AS typical_bytes
    FROM (
        SELECT
            responder,
            service_port,
            hour,
            initiator,
            bucket,
            account_id,
            region,
            interface_id,
            first_start,
            last_end,
            attempts,
            attempt_packets,
            unnest(attempt_bytes) AS bytes
        FROM crowd
        WHERE is_short AND sources >= $sources AND guesses >= greatest($unlike, connections * $alike)
    )
),
together AS (
    SELECT
        responder,
        service_port,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT initiator) AS sources,
        sum(attempts) AS connections,
        sum(attempt_packets) AS packets
    FROM (
        SELECT DISTINCT
            responder,
            service_port,
            initiator,
            bucket,
            account_id,
            region,
            interface_id,
            first_start,
            last_end,
            attempts,
            attempt_packets
        FROM (
            SELECT
                *,
                avg(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1.0 ELSE 0.0 END) OVER (
                    PARTITION BY responder, service_port, hour
                ) AS near
            FROM of_crowd
        )
        WHERE near >= $alike
    )
    GROUP BY responder, service_port
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    responder AS target,
    service_port AS port,
    CAST(6 AS INT) AS protocol,
    direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    -- By the busiest hour: what goes on for longer is not worse for it.
    CASE
        WHEN is_routine THEN 'low'
        WHEN in_an_hour >= 1000 AND is_alike THEN 'critical'
        WHEN in_an_hour >= 1000 OR (in_an_hour >= 100 AND is_alike) THEN 'high'
        ELSE 'medium'
    END AS severity,
    initiator || ' opened ' || connections || ' '
        || upper(coalesce(service_name(service_port, 6), 'TCP')) || ' connections to ' || responder
        || CASE
            WHEN NOT is_alike THEN ' that differ, but are all short and get little back, of about '
            WHEN near >= 1 THEN ' that are all alike, of about '
            WHEN near >= $alike THEN ' that are nearly all alike, of about '
            ELSE ' that are mostly alike, of about '
        END
        || CAST(round(typical_packets) AS BIGINT) || ' packets each'
        || CASE
            WHEN is_routine THEN ', at an even rate over '
                || counted(CAST(round((last_seen - first_seen) / 3600.0) AS BIGINT), 'hour')
            ELSE ''
        END AS description,
    connections,
    round(typical_packets, 1) AS packets_per_connection,
    CAST(NULL AS BIGINT) AS sources
FROM judged
WHERE NOT is_routine OR said <= $max_reply * connections
UNION ALL
SELECT
    account_id,
    region,
    interface_id,
    NULL AS actor,
    responder AS target,
    service_port AS port,
    CAST(6 AS INT) AS protocol,
    'inbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    -- Many partners look for news all day, and come back for it.
    CASE
        WHEN window_end - window_start >= $routine AND connections >= $connections * sources THEN 'low'
        WHEN connections * 3600 >= 1000 * (window_end - window_start) THEN 'high'
        ELSE 'medium'
    END AS severity,
    sources || ' sources outside opened ' || connections || ' '
        || upper(coalesce(service_name(service_port, 6), 'TCP')) || ' connections to ' || responder
        || ' that are nearly all alike, short, and get little back, of about '
        || CAST(round(CAST(packets AS DOUBLE) / connections) AS BIGINT) || ' packets each' AS description,
    connections,
    round(CAST(packets AS DOUBLE) / connections, 1) AS packets_per_connection,
    sources
FROM together
