-- id: brute-force-success
-- title: A guessed password may have been the right one
-- did: may have found a password
-- attack: T1110, T1078
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: ports ports 22,3389 ports that people log in at
-- param: connections int 10 connections of one pair within ten minutes that are guesses
-- param: program_ports ports 1433,1521,3306,5432,5985,5986,27017 ports at which programs, too, open many connections
-- param: program_connections int 30 the same number for those
-- param: min_packets float 5 packets a guess sends at least; fewer are health checks
-- param: max_packets float 100 packets a guess sends at most; more are work
-- param: spread float 0.3 how far the bytes of a guess may lie from the median, as a share of it
-- param: alike share 0.8 share of the connections within ten minutes that must lie so near
-- param: logged_in duration 4m a session before the guesses that lasts as long shows that the password is known
-- param: factor float 5 how many times the packets and the bytes of a guess a session must have sent
-- why: Many short connections that are all alike are passwords that were wrong. A long one of the same pair after them
--   is what the right one looks like, and the host is then somebody else's.
-- false-positives: A program that logs in again and again for a short command, and then once for a long one. Pairs that
--   had a long session before the short ones are left out.
-- remediation: Isolate the host and keep its disk and memory. Look in its log for the login that began the session,
--   lock that account and change its password and keys everywhere, and look at what the host reached afterwards.
-- records: protocol = 6

WITH used AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        direction,
        service_port,
        flows,
        attempts,
        answers,
        request_packets,
        request_bytes,
        attempt_starts,
        attempt_bytes,
        attempt_packets,
        attempt_packets_squared,
        first_start,
        last_end,
        CASE
            WHEN array_has($ports, CAST(service_port AS BIGINT)) THEN $connections
            WHEN array_has($program_ports, CAST(service_port AS BIGINT)) THEN $program_connections
        END AS guesses
    FROM connections
    WHERE protocol = 6
        AND outcome = 'accepted'
        AND (
            array_has($ports, CAST(service_port AS BIGINT)) OR array_has($program_ports, CAST(service_port AS BIGINT))
        )
),
-- Most pairs end here. The small side of a join stands first: it is the one that is held in memory.
suspect AS (
    SELECT initiator, responder, service_port
    FROM used
    WHERE answers > 0
    GROUP BY initiator, responder, service_port
    HAVING sum(attempts) >= min(guesses)
),
-- Ten minutes are in three spans of five at most: pools that open a few connections all day end here.
dense AS (
    SELECT DISTINCT initiator, responder, service_port
    FROM (
        SELECT
            used.*,
            sum(attempts) OVER (
                PARTITION BY used.initiator, used.responder, used.service_port ORDER BY bucket
                RANGE BETWEEN 600 PRECEDING AND CURRENT ROW
            ) AS in_three_spans
        FROM suspect
        JOIN used
            ON suspect.initiator = used.initiator
            AND suspect.responder = used.responder
            AND suspect.service_port = used.service_port
        WHERE answers > 0
    )
    WHERE in_three_spans >= guesses
),
used_by_suspect AS (
    SELECT used.*
    FROM dense
    JOIN used
        ON dense.initiator = used.initiator
        AND dense.responder = used.responder
        AND dense.service_port = used.service_port
),
attempt AS (
    SELECT
        initiator,
        responder,
        service_port,
        bucket,
        guesses,
        unnest(attempt_starts) AS begun,
        unnest(attempt_bytes) AS bytes
    FROM used_by_suspect
    WHERE answers > 0 AND attempts > 0
),
typical AS (
    SELECT initiator, responder, service_port, CAST(median(bytes) AS DOUBLE) AS typical_bytes
    FROM attempt
    GROUP BY initiator, responder, service_port
),
-- Without TCP flags the rest of a guess that is cut in two by the end of five minutes looks like another one.
sized AS (
    SELECT
        *,
        abs(bytes - typical_bytes) <= typical_bytes * $spread AS is_near,
        coalesce(
            bytes < typical_bytes
                AND begun - bucket < 60
                AND bucket - lag(bucket) OVER pair = 300
                AND lag(bytes) OVER pair < typical_bytes * (1 - $spread)
                AND abs(bytes + lag(bytes) OVER pair - typical_bytes) <= typical_bytes * $spread,
            false
        ) AS is_rest
    FROM (
        SELECT attempt.*, typical_bytes
        FROM typical
        JOIN attempt
            ON typical.initiator = attempt.initiator
            AND typical.responder = attempt.responder
            AND typical.service_port = attempt.service_port
    )
    WINDOW pair AS (PARTITION BY initiator, responder, service_port ORDER BY begun, bytes)
),
-- A median and the share of those near it, not mean and deviation: the right guess is often among the wrong ones.
counted AS (
    SELECT
        *,
        count(*) OVER ten_minutes AS attempts,
        sum(CASE WHEN is_near THEN 1 ELSE 0 END) OVER ten_minutes AS near
    FROM sized
    WINDOW ten_minutes AS (
        PARTITION BY initiator, responder, service_port ORDER BY begun RANGE BETWEEN 599 PRECEDING AND CURRENT ROW
    )
),
guessing AS (
    SELECT
        initiator,
        responder,
        service_port,
        min(typical_bytes) AS typical_bytes,
        min(begun) FILTER (WHERE is_near) AS enough_at,
        max(begun) FILTER (WHERE is_near) AS last_guess,
        avg(CASE WHEN is_rest THEN 0.0 ELSE 1.0 END) AS whole
    FROM counted
    WHERE near >= guesses AND near >= attempts * $alike
    GROUP BY initiator, responder, service_port
),
guessed AS (
    SELECT
        guessing.initiator,
        guessing.responder,
        guessing.service_port,
        typical_bytes,
        enough_at,
        last_guess,
        -- Without TCP flags each record counts as an attempt: those of a cut guess are put together again.
        -- Where one of n values lies far off, the mean of the others is the mean of all less deviation / sqrt(n - 1).
        (mean - sqrt(greatest(mean_square - mean * mean, 0) / greatest(attempts - 1, 1))) * attempts / begun / whole
            AS typical_packets
    FROM (
        SELECT
            guessing.initiator,
            guessing.responder,
            guessing.service_port,
            typical_bytes,
            enough_at,
            last_guess,
            whole,
            sum(attempts) AS attempts,
            sum(cardinality(attempt_starts)) AS begun,
            CAST(sum(attempt_packets) AS DOUBLE) / sum(attempts) AS mean,
            sum(attempt_packets_squared) / sum(attempts) AS mean_square
        FROM guessing
        JOIN used_by_suspect AS used
            ON guessing.initiator = used.initiator
            AND guessing.responder = used.responder
            AND guessing.service_port = used.service_port
        WHERE answers > 0 AND attempts > 0 AND bucket > enough_at - 900 AND bucket <= last_guess
        GROUP BY
            guessing.initiator, guessing.responder, guessing.service_port, typical_bytes, enough_at, last_guess, whole
    ) AS guessing
),
-- The connections that began in five minutes, those that are far larger than a guess among them.
far AS (
    SELECT
        initiator,
        responder,
        service_port,
        bucket,
        sum(bytes) AS first_bytes,
        sum(CASE WHEN bytes >= typical_bytes * $factor THEN bytes ELSE 0 END) AS far_bytes,
        max(CASE WHEN bytes > typical_bytes * (1 + $spread) THEN bytes ELSE 0 END) AS largest_bytes,
        CASE
            WHEN max(bytes) >= min(typical_bytes) * $factor
                THEN min(CASE WHEN bytes >= typical_bytes * $factor THEN begun END)
            WHEN max(bytes) > min(typical_bytes) * (1 + $spread) THEN first_value(begun ORDER BY bytes DESC, begun)
            ELSE max(begun)
        END AS begun,
        -- A cut guess is as large as the others, with what is not in its first record.
        sum(
            CASE
                WHEN bytes > typical_bytes * (1 + $spread) THEN 0.0
                WHEN is_near OR is_rest THEN CAST(bytes AS DOUBLE)
                ELSE typical_bytes
            END
        ) AS guess_bytes,
        sum(CASE WHEN bytes <= typical_bytes * (1 + $spread) AND NOT is_rest THEN 1 ELSE 0 END) AS tries,
        max(bytes) <= min(typical_bytes) * (1 + $spread) AS is_all_tries,
        first_value(
            CASE WHEN is_near OR is_rest THEN CAST(bytes AS DOUBLE) ELSE typical_bytes END
            ORDER BY begun DESC, bytes DESC
        ) AS last_bytes
    FROM sized
    GROUP BY initiator, responder, service_port, bucket
),
-- The later records of long connections. A guess that is cut in two by the end of a record has one as well, no larger
-- than a guess: half of what was begun is left for those, or a guess for each record, whichever is less.
later AS (
    SELECT
        guessed.*,
        used.bucket,
        coalesce(far.begun, first_start) AS begun,
        last_end,
        request_packets,
        request_bytes,
        coalesce(guess_bytes, 0) AS guess_bytes,
        coalesce(tries, 0) AS tries,
        coalesce(is_all_tries, false) AS is_all_tries,
        coalesce(last_bytes, 0) AS last_bytes,
        coalesce(far_bytes, 0) AS far_bytes,
        coalesce(largest_bytes, 0) AS largest_bytes,
        greatest(
            request_bytes - coalesce(first_bytes, 0)
                - typical_bytes * least(used.attempts / 2.0, flows - used.attempts - answers),
            0
        ) AS later_bytes
    FROM guessed
    JOIN used_by_suspect AS used
        ON guessed.initiator = used.initiator
        AND guessed.responder = used.responder
        AND guessed.service_port = used.service_port
    LEFT JOIN far
        ON used.initiator = far.initiator
        AND used.responder = far.responder
        AND used.service_port = far.service_port
        AND used.bucket = far.bucket
    WHERE typical_packets >= $min_packets
        AND typical_packets <= $max_packets
        AND request_bytes > 0
        AND used.bucket <= last_guess + 86400
),
-- What went beyond the guesses in five minutes. The first record of a long connection is part of it, however small.
beyond AS (
    SELECT
        *,
        far_bytes + later_bytes
            + CASE WHEN far_bytes = 0 AND later_bytes >= typical_bytes THEN largest_bytes ELSE 0 END AS beyond_bytes
    FROM later
),
-- A session is a run of such five minutes, before the guesses or after, with less than a quarter of an hour between
-- them.
parted AS (
    SELECT
        *,
        CASE
            WHEN bucket - lag(bucket) OVER pair <= 900
                AND (begun >= enough_at) = (lag(begun) OVER pair >= enough_at) THEN 0
            ELSE 1
        END AS is_new
    FROM beyond
    -- Without TCP flags a later record of a session looks like an attempt, but not like a guess.
    WHERE beyond_bytes > 0 OR (guess_bytes = 0 AND bucket >= enough_at)
    WINDOW pair AS (PARTITION BY initiator, responder, service_port ORDER BY bucket)
),
numbered AS (
    SELECT
        *,
        sum(is_new) OVER (
            PARTITION BY initiator, responder, service_port ORDER BY bucket
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS session
    FROM parted
),
session AS (
    SELECT
        initiator,
        responder,
        service_port,
        session,
        min(typical_bytes) AS typical_bytes,
        min(typical_packets) AS typical_packets,
        min(enough_at) AS enough_at,
        min(last_guess) AS last_guess,
        min(begun) AS begun,
        max(last_end) AS ended,
        -- In five minutes with guesses the last record may be a guess's: it lasted until those began at least.
        max(CASE WHEN guess_bytes > 0 THEN greatest(bucket, begun) ELSE last_end END) AS lasted_until,
        -- All that the pair sent meanwhile but the guesses. Where all are alike, the last one is the beginning.
        sum(request_bytes - guess_bytes + CASE WHEN is_new = 1 AND is_all_tries THEN last_bytes ELSE 0 END) AS bytes,
        sum(
            request_packets - typical_packets * (tries - CASE WHEN is_new = 1 AND is_all_tries THEN 1 ELSE 0 END)
        ) AS packets,
        -- Of several that are all alike, an earlier one may be the beginning.
        bool_or(is_new = 1 AND is_all_tries AND tries > 1) AS is_longer
    FROM numbered
    GROUP BY initiator, responder, service_port, session
    HAVING sum(beyond_bytes) >= $factor * min(typical_bytes)
        AND sum(beyond_bytes / request_bytes * request_packets) >= $factor * min(typical_packets)
),
-- Who was logged in before the guesses has nothing to guess. A server cuts off who does not log in within minutes,
-- however much he sends: what was shorter proves no password.
success AS (
    SELECT
        initiator,
        responder,
        service_port,
        min(typical_bytes) AS typical_bytes,
        min(typical_packets) AS typical_packets,
        min(enough_at) AS enough_at,
        min(begun) FILTER (WHERE begun >= enough_at) AS begun,
        max(ended) FILTER (WHERE begun >= enough_at) AS ended,
        count(*) FILTER (WHERE begun >= enough_at) AS sessions,
        bool_or(is_longer) FILTER (WHERE begun >= enough_at) AS is_longer,
        sum(bytes) FILTER (WHERE begun >= enough_at) AS bytes,
        sum(packets) FILTER (WHERE begun >= enough_at) AS packets
    FROM session
    GROUP BY initiator, responder, service_port
    HAVING count(*) FILTER (WHERE begun >= enough_at) > 0
        AND count(*) FILTER (WHERE begun < enough_at AND lasted_until - begun >= $logged_in) = 0
),
tries AS (
    SELECT
        success.initiator,
        success.responder,
        success.service_port,
        sum(CASE WHEN sized.begun < success.begun THEN 1 ELSE 0 END) AS attempts,
        sum(CASE WHEN sized.begun > success.begun THEN 1 ELSE 0 END) AS attempts_after
    FROM success
    JOIN sized
        ON success.initiator = sized.initiator
        AND success.responder = sized.responder
        AND success.service_port = sized.service_port
    WHERE sized.begun > enough_at - 600 AND NOT is_rest
        -- Later records of a session look like attempts where there are no TCP flags.
        AND sized.bytes < sized.typical_bytes * CASE WHEN sized.begun > success.begun THEN 1 + $spread ELSE $factor END
    GROUP BY success.initiator, success.responder, success.service_port
),
evidence AS (
    SELECT
        success.initiator,
        success.responder,
        success.service_port,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(direction) AS direction,
        min(typical_bytes) AS typical_bytes,
        min(typical_packets) AS typical_packets,
        min(begun) AS begun,
        min(ended) AS ended,
        min(sessions) AS sessions,
        bool_or(is_longer) AS is_longer,
        min(bytes) AS bytes,
        min(packets) AS packets,
        min(first_start) AS first_seen,
        min(tries.attempts) AS attempts,
        min(attempts_after) AS attempts_after
    FROM success
    JOIN tries
        ON success.initiator = tries.initiator
        AND success.responder = tries.responder
        AND success.service_port = tries.service_port
    JOIN used_by_suspect AS used
        ON success.initiator = used.initiator
        AND success.responder = used.responder
        AND success.service_port = used.service_port
    WHERE bucket > enough_at - 900
    GROUP BY success.initiator, success.responder, success.service_port
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
    first_seen / 300 * 300 AS window_start,
    ended / 300 * 300 + 300 AS window_end,
    first_seen,
    ended AS last_seen,
    -- Who is in has no more to guess: guesses that go on as before may be a program's routine. A host of ours that looks
    -- for news outside and then fetches them does the same.
    CASE
        WHEN direction = 'outbound' OR (direction = 'internal' AND attempts_after * 2 >= attempts) THEN 'medium'
        WHEN direction = 'inbound'
            AND attempts_after * 10 < attempts
            AND (attempts >= 100 OR bytes >= typical_bytes * 100) THEN 'critical'
        ELSE 'high'
    END AS severity,
    initiator || ' tried ' || upper(coalesce(service_name(service_port, 6), 'TCP')) || ' at ' || responder || ' '
        || CASE WHEN attempts = 1 THEN 'once' ELSE attempts || ' times' END || ' in connections of about '
        || CAST(round(typical_packets) AS BIGINT)
        || ' packets, and then sent about ' || CAST(round(packets) AS BIGINT) || ' packets in '
        || CASE
            WHEN sessions > 1 THEN sessions || ' sessions within '
            WHEN is_longer THEN 'a session of at least '
            ELSE 'a session of '
        END
        || CASE
            WHEN ended - begun >= 7200 THEN round((ended - begun) / 3600.0, 1) || ' hours'
            WHEN ended - begun >= 120 THEN CAST(round((ended - begun) / 60.0) AS BIGINT) || ' minutes'
            WHEN ended - begun <= 1 THEN '1 second'
            ELSE (ended - begun) || ' seconds'
        END AS description,
    attempts,
    attempts_after,
    round(typical_packets, 1) AS packets_per_attempt,
    CAST(round(typical_bytes) AS BIGINT) AS bytes_per_attempt,
    begun AS session_start,
    ended - begun AS session_seconds,
    sessions,
    CAST(round(packets) AS BIGINT) AS session_packets,
    CAST(round(bytes) AS BIGINT) AS session_bytes
FROM evidence
