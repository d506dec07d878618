-- id: brute-force-ssh
-- title: Passwords are tried over SSH
-- did: tried passwords over SSH
-- attack: T1110
-- guardduty: UnauthorizedAccess:EC2/SSHBruteForce
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, start, action
-- param: ports ports 22 ports that SSH listens on
-- param: connections int 10 accepted connections of one pair within ten minutes that make an attack
-- param: min_packets float 5 packets a connection sends at least on average; fewer are health checks
-- param: max_packets float 60 packets a connection sends at most on average; more are work
-- param: spread float 0.5 standard deviation of the packets over their mean, at most
-- param: unlike int 100 connections of one source outside within an hour that make an attack although they differ
-- param: max_reply int 4500 bytes that such a connection gets back on average, at most; more is what a login is for
-- why: Many short connections that are all alike are a program trying passwords. Who pads them to look different
--   still gets no more back than it takes to turn him away. One that succeeds owns the host.
-- false-positives: Scripts that run one short command over SSH in a loop, and partners outside who log in anew for each
--   of many tiny files.
-- remediation: Close SSH to the internet or use Session Manager, allow keys only, and look in the host's log for a
--   login from this source.
-- records: protocol = 6

-- Guesses are short: they end within two minutes, and have a record or three in each direction. Without TCP flags a
-- session that stays open looks like a new connection every five minutes, but it has a record of every minute.
WITH accepted AS (
    SELECT *
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
        sum(attempt_packets_squared) OVER pair AS squares
    FROM accepted
    WINDOW pair AS (
        PARTITION BY initiator, responder, service_port, direction ORDER BY bucket
        RANGE BETWEEN 300 PRECEDING AND CURRENT ROW
    )
),
alike AS (
    SELECT
        *,
        CAST(packets AS DOUBLE) / connections AS mean,
        sqrt(greatest(squares / connections - power(CAST(packets AS DOUBLE) / connections, 2), 0)) AS deviation
    FROM ten_minutes
    WHERE connections >= $connections AND flows <= 6 * connections
),
-- Padding makes guesses differ, but it is the guesser who sends it: what the host says to turn him away stays little.
-- Only a stranger's count so, because hosts of ours run many short commands at each other; and only with TCP flags,
-- because many sessions that stay open look like that without them. Five minutes in which a session gets more back are
-- left out by themselves, so that the right guess does not hide the wrong ones.
short AS (
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
    WHERE direction = 'inbound'
        AND orientation = 'tcp_flags'
        AND flows <= 6 * attempts
        AND attempt_packets >= $min_packets * attempts
        AND attempt_packets <= $max_packets * attempts
        -- What a host says, without the headers of its packets: it acknowledges the padding, too.
        AND reply_bytes - 40 * reply_packets <= $max_reply * attempts
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
    SELECT initiator, responder, service_port, direction, bucket, mean, true AS is_alike
    FROM alike
    WHERE mean >= $min_packets AND mean <= $max_packets AND deviation <= mean * $spread
    UNION ALL
    SELECT initiator, responder, service_port, direction, bucket, mean, false AS is_alike
    FROM padded
    WHERE most >= $unlike
),
suspect AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        coalesce(avg(mean) FILTER (WHERE is_alike), avg(mean)) AS mean,
        bool_or(is_alike) AS is_alike
    FROM guessed
    GROUP BY initiator, responder, service_port, direction
),
-- Five minutes with fewer connections, of half to twice the packets: how guessing begins and ends, or goes on at
-- leisure. The session that follows the right guess has more.
span AS (
    SELECT suspect.initiator, suspect.responder, suspect.service_port, suspect.direction, bucket, false AS is_attack
    FROM suspect
    JOIN accepted
        ON suspect.initiator = accepted.initiator
        AND suspect.responder = accepted.responder
        AND suspect.service_port = accepted.service_port
        AND suspect.direction = accepted.direction
    GROUP BY suspect.initiator, suspect.responder, suspect.service_port, suspect.direction, bucket
    HAVING sum(attempt_packets) BETWEEN min(mean) / 2 * sum(attempts) AND min(mean) * 2 * sum(attempts)
        AND sum(flows) <= 6 * sum(attempts)
    UNION ALL
    SELECT initiator, responder, service_port, direction, bucket - 300 * half AS bucket, true AS is_attack
    FROM guessed
    CROSS JOIN (VALUES (0), (1)) AS halves(half)
    WHERE half = 0 OR is_alike
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
evidence AS (
    SELECT
        attacked.initiator,
        attacked.responder,
        attacked.service_port,
        attacked.direction,
        min(attacked.bucket) AS window_start,
        max(attacked.bucket) + 300 AS window_end,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(attempts) AS connections,
        sum(attempt_packets) AS packets
    FROM attacked
    JOIN accepted
        ON attacked.initiator = accepted.initiator
        AND attacked.responder = accepted.responder
        AND attacked.service_port = accepted.service_port
        AND attacked.direction = accepted.direction
        AND attacked.bucket = accepted.bucket
    GROUP BY attacked.initiator, attacked.responder, attacked.service_port, attacked.direction
)
SELECT
    account_id,
    region,
    interface_id,
    evidence.initiator AS actor,
    evidence.responder AS target,
    evidence.service_port AS port,
    CAST(6 AS INT) AS protocol,
    evidence.direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN connections >= 1000 AND is_alike THEN 'critical'
        WHEN connections >= 1000 OR (connections >= 100 AND is_alike) THEN 'high'
        ELSE 'medium'
    END AS severity,
    evidence.initiator || ' opened ' || connections || ' '
        || upper(coalesce(service_name(evidence.service_port, 6), 'TCP')) || ' connections to ' || evidence.responder
        || CASE
            WHEN is_alike THEN ' that are all alike, of about '
            ELSE ' that differ, but are all short and get little back, of about '
        END
        || CAST(round(CAST(packets AS DOUBLE) / connections) AS BIGINT) || ' packets each' AS description,
    connections,
    round(CAST(packets AS DOUBLE) / connections, 1) AS packets_per_connection
FROM suspect
JOIN evidence
    ON suspect.initiator = evidence.initiator
    AND suspect.responder = evidence.responder
    AND suspect.service_port = evidence.service_port
    AND suspect.direction = evidence.direction
