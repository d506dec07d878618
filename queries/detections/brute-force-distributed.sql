-- id: brute-force-distributed
-- title: Passwords are tried by many sources, or at many hosts
-- did: tried a few passwords at a time
-- attack: T1110
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action, tcp_flags
-- param: ports ports 22,3389,5985,5986 ports that people log in at
-- param: max_reply float 5000 bytes that a guess gets back on average, at most; more is what a login is for
-- param: database_ports ports 1433,1521,3306,5432,27017 ports that databases listen on
-- param: database_reply float 1200 the same number for those
-- param: least_reply share 0.12 share of that number that a guess gets back, at least; less is a health check
-- param: pairs int 20 sources of one host, or hosts of one source outside, within an hour that make an attack
-- param: connections int 100 accepted connections of them all that make one
-- param: each int 30 accepted connections of a pair within ten minutes with which it is one of the others' findings
-- param: each_per_day int 200 the same within the day
-- param: min_packets float 5 packets a guess sends at least; fewer are health checks
-- param: max_packets float 100 packets a guess sends at most; more are work
-- param: spread float 0.3 how far the bytes of a guess may lie from the median, as a share of it
-- param: alike share 0.8 share of the connections that must be short, and lie so near
-- param: routine duration 6h time of a day with connections that makes them a routine, if each pair has enough of them
-- param: returns int 24 connections of a pair on average with which it comes back, and does not only try
-- why: Who lets each of many hosts try two or three passwords, or tries two or three at each of many, stays below every
--   count of a pair. Together they are as alike as the guesses of one program, because that is what they are.
-- false-positives: Partners and devices outside who each look for news now and then; what goes on all day has low
--   severity.
-- remediation: Close the port to the internet or use Session Manager, allow keys only, and look in the hosts' logs for a
--   login among the failures. Blocking many sources one by one is of no use.
-- records: protocol = 6

WITH opened AS (
    SELECT
        *,
        -- Who lets each guess wait until the record of its SYN is over has the rest in another.
        CASE
            WHEN attempt_packets < $min_packets * attempts AND flows - attempts - answers >= $alike * attempts
                THEN request_packets
            ELSE attempt_packets
        END BETWEEN $min_packets * attempts AND $max_packets * attempts
            -- What a host says, without the headers of its packets: it acknowledges padding, too.
            AND reply_bytes - 40 * reply_packets BETWEEN $least_reply * reply * attempts AND reply * attempts
            AS is_short
    FROM (
        SELECT
            *,
            CASE
                WHEN array_has($ports, CAST(service_port AS BIGINT)) THEN $max_reply
                WHEN array_has($database_ports, CAST(service_port AS BIGINT)) THEN $database_reply
            END AS reply
        FROM connections
        WHERE protocol = 6
            AND direction = 'inbound'
            AND orientation = 'tcp_flags'
            AND answers > 0
            AND attempts > 0
    )
    WHERE reply IS NOT NULL
),
-- Those of a host that is tried, and those of a source that tries. Most hosts and sources end here. The small side of a
-- join stands first: it is the one that is held in memory.
tried AS (
    SELECT responder, service_port
    FROM opened
    GROUP BY responder, service_port
    HAVING count(DISTINCT CASE WHEN is_short THEN initiator END) >= $pairs AND sum(attempts) >= $connections
),
trying AS (
    SELECT initiator, service_port
    FROM opened
    GROUP BY initiator, service_port
    HAVING count(DISTINCT CASE WHEN is_short THEN responder END) >= $pairs AND sum(attempts) >= $connections
),
side AS (
    SELECT 'target' AS side, opened.responder AS one, opened.initiator AS other, opened.*
    FROM tried
    JOIN opened ON tried.responder = opened.responder AND tried.service_port = opened.service_port
    UNION ALL
    SELECT 'actor' AS side, opened.initiator AS one, opened.responder AS other, opened.*
    FROM trying
    JOIN opened ON trying.initiator = opened.initiator AND trying.service_port = opened.service_port
),
few AS (
    SELECT *
    FROM (
        SELECT
            *,
            max(in_ten_minutes) OVER (PARTITION BY side, one, service_port, other) AS most,
            sum(attempts) OVER (PARTITION BY side, one, service_port, other) AS in_a_day
        FROM (
            SELECT
                *,
                sum(attempts) OVER (
                    PARTITION BY side, one, service_port, other ORDER BY bucket
                    RANGE BETWEEN 300 PRECEDING AND CURRENT ROW
                ) AS in_ten_minutes
            FROM side
        )
    )
    WHERE most < $each AND in_a_day < $each_per_day
),
-- An hour begins at the full or the half.
by_hour AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY side, one, service_port, hour, other, is_short ORDER BY bucket) AS time
    FROM (
        SELECT few.*, bucket - bucket % 1800 - 1800 * half AS hour
        FROM (VALUES (0), (1)) AS halves(half)
        CROSS JOIN few
    )
),
-- Most of what strangers open must be guesses, or many of them come to work.
crowd AS (
    SELECT
        *,
        sum(CASE WHEN is_short AND time = 1 THEN 1 ELSE 0 END) OVER hour AS pairs,
        sum(CASE WHEN is_short THEN attempts ELSE 0 END) OVER hour AS guesses,
        sum(attempts) OVER hour AS connections
    FROM by_hour
    WINDOW hour AS (PARTITION BY side, one, service_port, hour)
),
guess AS (
    SELECT *
    FROM crowd
    WHERE is_short AND pairs >= $pairs AND guesses >= greatest($connections, connections * $alike)
),
sized AS (
    SELECT *, median(bytes) OVER (PARTITION BY side, one, service_port, hour) AS typical_bytes
    FROM (SELECT side, one, service_port, hour, CAST(unnest(attempt_bytes) AS DOUBLE) AS bytes FROM guess)
),
alike AS (
    SELECT side, one, service_port, hour
    FROM sized
    GROUP BY side, one, service_port, hour
    HAVING avg(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1.0 ELSE 0.0 END) >= $alike
),
-- Five minutes are in two hours, and count once.
counted AS (
    SELECT DISTINCT guess.side, guess.one, guess.other, guess.service_port, bucket
    FROM alike
    JOIN guess
        ON alike.side = guess.side
        AND alike.one = guess.one
        AND alike.service_port = guess.service_port
        AND alike.hour = guess.hour
),
together AS (
    SELECT
        side.side,
        side.one,
        side.service_port,
        min(side.bucket) AS window_start,
        max(side.bucket) + 300 AS window_end,
        min(account_id) AS account_id,
        min(region) AS region,
        CASE WHEN count(DISTINCT interface_id) = 1 THEN min(interface_id) END AS interface_id,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT side.other) AS pairs,
        sum(attempts) AS connections,
        CAST(sum(attempt_packets) AS DOUBLE) / sum(attempts) AS packets_per_connection,
        examples(side.initiator) AS sources_seen,
        examples(side.responder) AS targets_seen
    FROM counted
    JOIN side
        ON counted.side = side.side
        AND counted.one = side.one
        AND counted.other = side.other
        AND counted.service_port = side.service_port
        AND counted.bucket = side.bucket
    WHERE is_short
    GROUP BY side.side, side.one, side.service_port
)
SELECT
    account_id,
    region,
    interface_id,
    CASE WHEN side = 'actor' THEN one END AS actor,
    CASE WHEN side = 'target' THEN one END AS target,
    service_port AS port,
    CAST(6 AS INT) AS protocol,
    'inbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN window_end - window_start >= $routine AND connections >= $returns * pairs THEN 'low'
        WHEN connections * 3600 >= 1000 * (window_end - window_start) THEN 'high'
        ELSE 'medium'
    END AS severity,
    CASE WHEN side = 'actor' THEN one ELSE pairs || ' sources outside' END
        || ' opened ' || connections || ' ' || upper(coalesce(service_name(service_port, 6), 'TCP'))
        || ' connections to '
        || CASE WHEN side = 'actor' THEN counted(pairs, 'host') ELSE one END
        || ' that are nearly all alike, short, and get little back, of about '
        || CAST(round(packets_per_connection) AS BIGINT) || ' packets each' AS description,
    pairs,
    connections,
    round(packets_per_connection, 1) AS packets_per_connection,
    sources_seen,
    targets_seen
FROM together
