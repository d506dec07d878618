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
-- param: min_reply float 600 bytes that a guess gets back on average, at least; less is a health check
-- param: max_reply float 4500 bytes that such a connection gets back on average, at most; more is what a login is for
-- param: most_reply float 9000 bytes that a guess of a host of ours gets back on average, at most
-- param: per_day int 200 connections of one source outside that make an attack however slow, if they are alike
-- param: routine duration 6h time of a day with connections at an even rate that makes them a program's routine
-- why: Many short connections that are all alike are a program trying passwords. Who pads them to look different
--   still gets no more back than it takes to turn him away. One that succeeds owns the host.
-- false-positives: Scripts that run one short command over SSH in a loop for a while, and partners outside who log in
--   anew for each of many tiny files. What goes on all day at an even rate is told with low severity, or not at all if
--   it gets more back than a guess.
-- remediation: Close SSH to the internet or use Session Manager, allow keys only, and look in the host's log for a
--   login from this source.
-- records: protocol = 6

WITH opened AS (
    SELECT *
    FROM connections
    WHERE protocol = 6 AND answers > 0 AND attempts > 0 AND array_has($ports, CAST(service_port AS BIGINT))
),
-- Most pairs end here. The small side of a join stands first: it is the one that is held in memory.
suspect AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        row_number() OVER (ORDER BY initiator, responder, service_port, direction) AS pair
    FROM opened
    GROUP BY initiator, responder, service_port, direction
    HAVING sum(attempts) >= least($connections, $unlike, $per_day)
),
-- A row for five minutes of a pair. Guesses are short: they end within two minutes, and have a record or three in each
-- direction. Without TCP flags a session that stays open looks like a new connection every five minutes, but it has a
-- record of every minute; with them, records that belong to no guess hide none.
accepted AS (
    SELECT
        pair,
        opened.direction,
        bucket,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        bool_and(orientation = 'tcp_flags') AS has_flags,
        sum(attempts) AS attempts,
        sum(flows) AS flows,
        -- Who lets each guess wait until the record of its SYN is over has the rest in another.
        CAST(
            CASE
                WHEN sum(attempt_packets) < $min_packets * sum(attempts)
                    AND sum(greatest(flows - attempts - answers, 0)) >= $alike * sum(attempts) THEN sum(request_packets)
                ELSE sum(attempt_packets)
            END AS DOUBLE
        ) AS packets,
        sum(attempt_packets_squared) AS squares,
        -- What a host says, without the headers of its packets: it acknowledges padding, too.
        sum(reply_bytes - 40 * reply_packets) AS said,
        -- Records that go on with a connection.
        sum(greatest(flows - attempts - answers, 0)) AS rests
    FROM suspect
    JOIN opened
        ON suspect.initiator = opened.initiator
        AND suspect.responder = opened.responder
        AND suspect.service_port = opened.service_port
        AND suspect.direction = opened.direction
    GROUP BY pair, opened.direction, bucket
),
size AS (
    SELECT pair, bucket, CAST(unnest(attempt_bytes) AS DOUBLE) AS bytes
    FROM suspect
    JOIN opened
        ON suspect.initiator = opened.initiator
        AND suspect.responder = opened.responder
        AND suspect.service_port = opened.service_port
        AND suspect.direction = opened.direction
),
-- Each five minutes belong to two times ten. A product is made for each row of its first side.
in_ten_minutes AS (
    SELECT
        pair,
        bucket + 300 * half AS bucket,
        sum(packets) / sum(attempts) AS mean,
        sum(squares) / sum(attempts) AS mean_square,
        sum(rests) AS rests
    FROM (VALUES (0), (1)) AS halves(half)
    CROSS JOIN accepted
    GROUP BY pair, bucket + 300 * half
    HAVING sum(attempts) >= $connections
        AND (bool_and(has_flags) OR sum(flows) <= 6 * sum(attempts))
        AND coalesce(sum(said) >= $min_reply * sum(attempts), true)
        -- A guess that fails gets no more back than it takes to say so; a fetch from a repository does. A stranger may
        -- have an account to hide behind.
        AND (min(direction) = 'inbound' OR sum(said) <= $most_reply * sum(attempts))
),
-- A median and the share of those near it, not mean and deviation: a large connection now and then hides nothing.
sized AS (
    SELECT in_ten_minutes.*, bytes, median(bytes) OVER (PARTITION BY size.pair, size.bucket) AS typical_bytes
    FROM in_ten_minutes
    JOIN (
        SELECT pair, bucket + 300 * half AS bucket, bytes
        FROM (VALUES (0), (1)) AS halves(half)
        CROSS JOIN size
    ) AS size ON in_ten_minutes.pair = size.pair AND in_ten_minutes.bucket = size.bucket
),
compared AS (
    SELECT
        pair,
        bucket,
        typical_bytes,
        mean,
        mean_square,
        count(*) AS attempts,
        sum(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1 ELSE 0 END) AS near,
        -- A guess that the end of a record cuts in two looks smaller, and has another record.
        least(sum(CASE WHEN bytes < typical_bytes * (1 - $spread) THEN 1 ELSE 0 END), rests, count(*) / 3) AS cut,
        avg(CASE WHEN bytes > typical_bytes * (1 + $spread) THEN 1.0 ELSE 0.0 END) AS far
    FROM sized
    GROUP BY pair, bucket, typical_bytes, mean, mean_square, rests
),
-- Where a share of the connections lies far above the others, the mean of the others is the mean of all less
-- deviation * sqrt(share / (1 - share)).
alike AS (
    SELECT
        pair,
        bucket,
        typical_bytes,
        mean - sqrt(greatest(mean_square - mean * mean, 0) * far / (1 - far)) AS mean
    FROM compared
    WHERE near + cut >= $connections AND near + cut >= attempts * $alike
),
-- Padding makes guesses differ, but it is the guesser who sends it: what the host says to turn him away stays little.
-- Only a stranger's count so, because hosts of ours run many short commands at each other; and only with TCP flags,
-- because many sessions that stay open look like that without them. Five minutes in which a session gets more back are
-- left out by themselves, so that the right guess does not hide the wrong ones.
short AS (
    SELECT
        pair,
        bucket,
        packets / attempts AS mean,
        sum(attempts) OVER (PARTITION BY pair) AS in_a_day,
        sum(attempts) OVER (
            PARTITION BY pair ORDER BY bucket RANGE BETWEEN 3300 PRECEDING AND CURRENT ROW
        ) AS in_an_hour
    FROM accepted
    WHERE direction = 'inbound'
        AND has_flags
        AND packets BETWEEN $min_packets * attempts AND $max_packets * attempts
        AND said BETWEEN $min_reply * attempts AND $max_reply * attempts
),
-- Whether they are part of an hour with enough.
padded AS (
    SELECT
        pair,
        bucket,
        mean,
        max(in_an_hour) OVER (
            PARTITION BY pair ORDER BY bucket RANGE BETWEEN CURRENT ROW AND 3300 FOLLOWING
        ) AS most
    FROM short
),
-- Who stays below every count of minutes and hours is seen by the count of the day.
slow AS (
    SELECT pair, typical_bytes
    FROM (
        SELECT short.pair, bytes, median(bytes) OVER (PARTITION BY short.pair) AS typical_bytes
        FROM short
        JOIN size ON short.pair = size.pair AND short.bucket = size.bucket
        WHERE in_a_day >= $per_day
    )
    GROUP BY pair, typical_bytes
    HAVING avg(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1.0 ELSE 0.0 END) >= $alike
),
guessed AS (
    SELECT pair, bucket, mean, typical_bytes, 'alike' AS look
    FROM alike
    WHERE mean BETWEEN $min_packets AND $max_packets
    UNION ALL
    SELECT slow.pair, bucket, mean, typical_bytes, 'slow' AS look
    FROM slow
    JOIN short ON slow.pair = short.pair
    UNION ALL
    SELECT pair, bucket, mean, NULL AS typical_bytes, 'padded' AS look
    FROM padded
    WHERE most >= $unlike
),
guesser AS (
    SELECT
        pair,
        coalesce(
            median(mean) FILTER (WHERE look = 'alike'), median(mean) FILTER (WHERE look = 'slow'), avg(mean)
        ) AS mean,
        coalesce(median(typical_bytes) FILTER (WHERE look = 'alike'), max(typical_bytes)) AS typical_bytes,
        bool_or(look <> 'padded') AS is_alike
    FROM guessed
    GROUP BY pair
),
marked AS (
    SELECT DISTINCT pair, bucket - 300 * half AS bucket
    FROM (VALUES (0), (1)) AS halves(half)
    CROSS JOIN guessed
    WHERE half = 0 OR look = 'alike'
),
-- How many of all connections of five minutes are as large as the guesses.
likened AS (
    SELECT
        guesser.pair,
        bucket,
        count(*) AS attempts,
        sum(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1 ELSE 0 END) AS near,
        sum(CASE WHEN bytes < typical_bytes * (1 - $spread) THEN 1 ELSE 0 END) AS smaller
    FROM guesser
    JOIN size ON guesser.pair = size.pair
    GROUP BY guesser.pair, bucket
),
-- Guessing begins and ends, or goes on at leisure, with fewer connections in five minutes: as large as the others, or
-- of half to twice the packets where those differ. The session that follows the right guess has more.
span AS (
    SELECT
        *,
        CASE
            WHEN is_attack THEN true
            WHEN is_alike THEN near >= attempts * $alike AND (has_flags OR flows <= 6 * attempts)
            ELSE packets BETWEEN mean / 2 * attempts AND mean * 2 * attempts
        END AS is_part,
        -- How often the pair connects in five minutes of the day, as a rule.
        count(*) OVER (PARTITION BY pair) AS pieces,
        median(CAST(attempts AS DOUBLE)) OVER (PARTITION BY pair) AS usual
    FROM (
        SELECT *, is_marked AND (near > 0 OR NOT is_alike) AS is_attack
        FROM (
            SELECT
                accepted.*,
                mean,
                is_alike,
                near + least(smaller, rests, likened.attempts / 3) AS near,
                marked.pair IS NOT NULL AS is_marked
            FROM guesser
            JOIN accepted ON guesser.pair = accepted.pair
            JOIN likened ON likened.pair = accepted.pair AND likened.bucket = accepted.bucket
            LEFT JOIN marked ON marked.pair = accepted.pair AND marked.bucket = accepted.bucket
        )
    )
),
-- A run has no pause of more than a quarter of an hour; one that has ten minutes with enough is told of as a whole.
parted AS (
    SELECT *, CASE WHEN bucket - lag(bucket) OVER pair <= 1200 THEN 0 ELSE 1 END AS is_new
    FROM span
    WHERE is_part
    WINDOW pair AS (PARTITION BY pair ORDER BY bucket)
),
numbered AS (
    SELECT *, sum(is_new) OVER (PARTITION BY pair ORDER BY bucket) AS run FROM parted
),
in_run AS (
    SELECT *, bool_or(is_attack) OVER (PARTITION BY pair, run) AS is_of_attack FROM numbered
),
told AS (
    SELECT
        *,
        sum(attempts) OVER (
            PARTITION BY pair ORDER BY bucket RANGE BETWEEN 3300 PRECEDING AND CURRENT ROW
        ) AS in_an_hour
    FROM in_run
    WHERE is_of_attack
),
-- What goes on at an even rate for much of the day is a program's routine: a pool that opens a connection for each
-- query, a job that looks for new files every minute. Guesses are a burst that begins and ends; or they go on at a rate
-- that nobody outside needs.
judged AS (
    SELECT
        pair,
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
        CASE WHEN bool_or(is_alike) THEN min(mean) ELSE sum(packets) / sum(attempts) END AS typical_packets,
        CAST(sum(near) AS DOUBLE) / sum(attempts) AS near,
        min(pieces) * 300 >= $routine
            AND max(attempts) <= 3 * min(usual) + $connections / 2.0
            AND (direction = 'internal' OR min(usual) <= 1.5 * $connections) AS is_routine
    FROM told
    GROUP BY pair, direction
),
-- What the pair opened meanwhile that is not told of counts beside it.
meanwhile AS (
    SELECT judged.pair, sum(accepted.attempts) AS all_connections
    FROM judged
    JOIN accepted ON judged.pair = accepted.pair
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY judged.pair
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    responder AS target,
    service_port AS port,
    CAST(6 AS INT) AS protocol,
    judged.direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    -- By the busiest hour: what goes on for longer is not worse for it. Between hosts of ours it may be a program that
    -- connects anew for each question.
    CASE
        WHEN is_routine THEN 'low'
        WHEN in_an_hour >= 1000 AND is_alike AND judged.direction <> 'internal' THEN 'critical'
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
            WHEN all_connections > connections * 1.2 THEN ', and ' || (all_connections - connections) || ' others meanwhile'
            ELSE ''
        END
        || CASE
            WHEN is_routine THEN ', at an even rate over '
                || counted(CAST(round((last_seen - first_seen) / 3600.0) AS BIGINT), 'hour')
            ELSE ''
        END AS description,
    connections,
    all_connections,
    round(typical_packets, 1) AS packets_per_connection
FROM suspect
JOIN judged ON suspect.pair = judged.pair
JOIN meanwhile ON suspect.pair = meanwhile.pair
WHERE NOT is_routine OR said <= $max_reply * connections
