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
ten_minutes AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        bucket,
        sum(attempts) OVER pair AS connections,
        sum(flows) OVER pair AS flows,
        sum(attempt_packets) OVER pair AS packets,
        sum(attempt_packets_squared) OVER pair AS squares,
        sum(rests) OVER pair AS rests,
        sum(said) OVER pair AS said
    FROM accepted
    WINDOW pair AS (
        PARTITION BY initiator, responder, service_port, direction ORDER BY bucket
        RANGE BETWEEN 300 PRECEDING AND CURRENT ROW
    )
),
busy AS (
    SELECT DISTINCT *
    FROM ten_minutes
    WHERE connections >= $connections
        AND flows <= 6 * connections
        -- A guess that fails gets no more back than it takes to say so; a fetch from a repository does. A stranger may
        -- have an account to hide behind.
        AND (direction = 'inbound' OR said <= $most_reply * connections)
),
short AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        bucket,
        CAST(attempt_packets AS DOUBLE) / attempts AS mean,
        sum(attempts) OVER (PARTITION BY initiator, responder, service_port, direction) AS in_all,
        sum(attempts) OVER (
            PARTITION BY initiator, responder, service_port, direction ORDER BY bucket
            RANGE BETWEEN 3300 PRECEDING AND CURRENT ROW
        ) AS connections
    FROM accepted
    WHERE is_short
),
-- Most pairs end here. The small side of a join stands first: it is the one that is held in memory.
sifted AS (
    SELECT DISTINCT initiator, responder, service_port, direction FROM busy
    UNION
    SELECT DISTINCT initiator, responder, service_port, direction FROM short WHERE in_all >= $per_day
),
attempt AS (
    SELECT
        accepted.initiator,
        accepted.responder,
        accepted.service_port,
        accepted.direction,
        bucket,
        rests,
        unnest(attempt_bytes) AS bytes
    FROM sifted
    JOIN accepted
        ON sifted.initiator = accepted.initiator
        AND sifted.responder = accepted.responder
        AND sifted.service_port = accepted.service_port
        AND sifted.direction = accepted.direction
    WHERE orientation = 'tcp_flags' OR flows <= 6 * attempts
),
-- A median and the share of those near it, not mean and deviation: a large connection now and then hides nothing.
in_ten_minutes AS (
    SELECT busy.*, bytes
    FROM busy
    JOIN (
        SELECT attempt.*, bucket + 300 * half AS until
        FROM attempt
        CROSS JOIN (VALUES (0), (1)) AS halves(half)
    ) AS attempt
        ON busy.initiator = attempt.initiator
        AND busy.responder = attempt.responder
        AND busy.service_port = attempt.service_port
        AND busy.direction = attempt.direction
        AND busy.bucket = attempt.until
),
middle AS (
    SELECT initiator, responder, service_port, direction, bucket, CAST(median(bytes) AS DOUBLE) AS typical_bytes
    FROM in_ten_minutes
    GROUP BY initiator, responder, service_port, direction, bucket
),
compared AS (
    SELECT
        middle.initiator,
        middle.responder,
        middle.service_port,
        middle.direction,
        middle.bucket,
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
    FROM middle
    JOIN in_ten_minutes
        ON middle.initiator = in_ten_minutes.initiator
        AND middle.responder = in_ten_minutes.responder
        AND middle.service_port = in_ten_minutes.service_port
        AND middle.direction = in_ten_minutes.direction
        AND middle.bucket = in_ten_minutes.bucket
    GROUP BY
        middle.initiator, middle.responder, middle.service_port, middle.direction, middle.bucket, typical_bytes
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
    SELECT initiator, responder, service_port, direction, typical_bytes
    FROM (
        SELECT
            attempt.initiator,
            attempt.responder,
            attempt.service_port,
            attempt.direction,
            bytes,
            median(CAST(bytes AS DOUBLE)) OVER (
                PARTITION BY attempt.initiator, attempt.responder, attempt.service_port, attempt.direction
            ) AS typical_bytes
        FROM (SELECT DISTINCT initiator, responder, service_port, direction FROM short WHERE in_all >= $per_day) AS day
        JOIN attempt
            ON day.initiator = attempt.initiator
            AND day.responder = attempt.responder
            AND day.service_port = attempt.service_port
            AND day.direction = attempt.direction
    )
    GROUP BY initiator, responder, service_port, direction, typical_bytes
    HAVING avg(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1.0 ELSE 0.0 END) >= $alike
),
-- Whether they are part of an hour with enough.
padded AS (
    SELECT
        *,
        max(connections) OVER (
            PARTITION BY initiator, responder, service_port, direction ORDER BY bucket
            RANGE BETWEEN CURRENT ROW AND 3300 FOLLOWING
        ) AS most
    FROM short
),
guessed AS (
    SELECT initiator, responder, service_port, direction, bucket, mean, typical_bytes, true AS is_alike
    FROM alike
    WHERE mean >= $min_packets AND mean <= $max_packets
    UNION ALL
    SELECT
        short.initiator, short.responder, short.service_port, short.direction, bucket, mean, typical_bytes,
        true AS is_alike
    FROM slow
    JOIN short
        ON slow.initiator = short.initiator
        AND slow.responder = short.responder
        AND slow.service_port = short.service_port
        AND slow.direction = short.direction
    WHERE NOT EXISTS (
        SELECT 1
        FROM alike
        WHERE alike.initiator = short.initiator
            AND alike.responder = short.responder
            AND alike.service_port = short.service_port
            AND alike.direction = short.direction
    )
    UNION ALL
    SELECT
        initiator, responder, service_port, direction, bucket, mean, NULL AS typical_bytes,
        false AS is_alike
    FROM padded
    WHERE most >= $unlike
),
suspect AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        coalesce(median(mean) FILTER (WHERE is_alike), avg(mean)) AS mean,
        median(typical_bytes) AS typical_bytes,
        bool_or(is_alike) AS is_alike
    FROM guessed
    GROUP BY initiator, responder, service_port, direction
),
-- How often the pair connects in five minutes of the day, as a rule.
rhythm AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        count(*) AS pieces,
        median(CAST(connections AS DOUBLE)) AS usual
    FROM (
        SELECT
            suspect.initiator,
            suspect.responder,
            suspect.service_port,
            suspect.direction,
            bucket,
            sum(attempts) AS connections
        FROM suspect
        JOIN accepted
            ON suspect.initiator = accepted.initiator
            AND suspect.responder = accepted.responder
            AND suspect.service_port = accepted.service_port
            AND suspect.direction = accepted.direction
        GROUP BY suspect.initiator, suspect.responder, suspect.service_port, suspect.direction, bucket
    )
    GROUP BY initiator, responder, service_port, direction
),
-- How many of five minutes' connections are as large as the guesses.
likened AS (
    SELECT
        suspect.initiator,
        suspect.responder,
        suspect.service_port,
        suspect.direction,
        bucket,
        count(*) AS attempts,
        sum(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1 ELSE 0 END)
            + least(
                sum(CASE WHEN bytes < typical_bytes * (1 - $spread) THEN 1 ELSE 0 END), max(rests), count(*) / 3
            ) AS near
    FROM suspect
    JOIN attempt
        ON suspect.initiator = attempt.initiator
        AND suspect.responder = attempt.responder
        AND suspect.service_port = attempt.service_port
        AND suspect.direction = attempt.direction
    WHERE is_alike
    GROUP BY suspect.initiator, suspect.responder, suspect.service_port, suspect.direction, bucket
),
-- Five minutes with fewer connections, as large as the others, or of half to twice the packets where those differ: how
-- guessing begins and ends, or goes on at leisure. The session that follows the right guess has more.
span AS (
    SELECT initiator, responder, service_port, direction, bucket, false AS is_attack
    FROM likened
    WHERE near >= attempts * $alike
    UNION ALL
    SELECT suspect.initiator, suspect.responder, suspect.service_port, suspect.direction, bucket, false AS is_attack
    FROM suspect
    JOIN accepted
        ON suspect.initiator = accepted.initiator
        AND suspect.responder = accepted.responder
        AND suspect.service_port = accepted.service_port
        AND suspect.direction = accepted.direction
    WHERE NOT is_alike
    GROUP BY suspect.initiator, suspect.responder, suspect.service_port, suspect.direction, bucket
    HAVING sum(attempt_packets) BETWEEN min(mean) / 2 * sum(attempts) AND min(mean) * 2 * sum(attempts)
        AND sum(flows) <= 6 * sum(attempts)
    UNION ALL
    SELECT guessed.initiator, guessed.responder, guessed.service_port, guessed.direction, until AS bucket,
        true AS is_attack
    FROM (
        SELECT guessed.*, bucket - 300 * half AS until
        FROM guessed
        CROSS JOIN (VALUES (0), (1)) AS halves(half)
        WHERE is_alike
    ) AS guessed
    JOIN likened
        ON guessed.initiator = likened.initiator
        AND guessed.responder = likened.responder
        AND guessed.service_port = likened.service_port
        AND guessed.direction = likened.direction
        AND guessed.until = likened.bucket
    WHERE near > 0
    UNION ALL
    SELECT initiator, responder, service_port, direction, bucket, true AS is_attack FROM guessed WHERE NOT is_alike
),
-- A run has no pause of more than a quarter of an hour; one that has ten minutes with enough is told of as a whole.
parted AS (
    SELECT *, CASE WHEN bucket - lag(bucket) OVER pair <= 1200 THEN 0 ELSE 1 END AS is_new
    FROM span
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
attacked AS (
    SELECT DISTINCT initiator, responder, service_port, direction, bucket FROM in_run WHERE is_of_attack
),
told AS (
    SELECT
        accepted.*,
        sum(attempts) OVER (
            PARTITION BY accepted.initiator, accepted.responder, accepted.service_port, accepted.direction
            ORDER BY accepted.bucket RANGE BETWEEN CURRENT ROW AND CURRENT ROW
        ) AS in_five_minutes,
        sum(attempts) OVER (
            PARTITION BY accepted.initiator, accepted.responder, accepted.service_port, accepted.direction
            ORDER BY accepted.bucket RANGE BETWEEN 3300 PRECEDING AND CURRENT ROW
        ) AS in_an_hour
    FROM attacked
    JOIN accepted
        ON attacked.initiator = accepted.initiator
        AND attacked.responder = accepted.responder
        AND attacked.service_port = accepted.service_port
        AND attacked.direction = accepted.direction
        AND attacked.bucket = accepted.bucket
),
likeness AS (
    SELECT
        likened.initiator,
        likened.responder,
        likened.service_port,
        likened.direction,
        CAST(sum(near) AS DOUBLE) / sum(attempts) AS near
    FROM attacked
    JOIN likened
        ON attacked.initiator = likened.initiator
        AND attacked.responder = likened.responder
        AND attacked.service_port = likened.service_port
        AND attacked.direction = likened.direction
        AND attacked.bucket = likened.bucket
    GROUP BY likened.initiator, likened.responder, likened.service_port, likened.direction
),
evidence AS (
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
        sum(attempt_packets) AS packets,
        sum(said) AS said,
        max(in_five_minutes) AS in_five_minutes,
        max(in_an_hour) AS in_an_hour
    FROM told
    GROUP BY initiator, responder, service_port, direction
),
-- What goes on at an even rate for much of the day is a program's routine: a pool that opens a connection for each
-- query, a job that looks for new files every minute. Guesses are a burst that begins and ends; or they go on at a rate
-- that nobody outside needs.
judged AS (
    SELECT
        evidence.*,
        is_alike,
        CASE WHEN is_alike THEN mean ELSE CAST(packets AS DOUBLE) / connections END AS typical_packets,
        near,
        pieces * 300 >= $routine
            AND in_five_minutes <= 3 * usual + $connections / 2.0
            AND (evidence.direction = 'internal' OR usual <= 1.5 * $connections) AS is_routine
    FROM suspect
    JOIN evidence
        ON suspect.initiator = evidence.initiator
        AND suspect.responder = evidence.responder
        AND suspect.service_port = evidence.service_port
        AND suspect.direction = evidence.direction
    JOIN rhythm
        ON suspect.initiator = rhythm.initiator
        AND suspect.responder = rhythm.responder
        AND suspect.service_port = rhythm.service_port
        AND suspect.direction = rhythm.direction
    LEFT JOIN likeness
        ON suspect.initiator = likeness.initiator
        AND suspect.responder = likeness.responder
        AND suspect.service_port = likeness.service_port
        AND suspect.direction = likeness.direction
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
    round(typical_packets, 1) AS packets_per_connection
FROM judged
WHERE NOT is_routine OR said <= $max_reply * connections
