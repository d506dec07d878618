-- id: brute-force-distributed
-- title: Many sources try passwords together
-- did: tried passwords together
-- attack: T1110
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action, tcp_flags
-- param: ports ports 22,3389,5985,5986 ports that people log in at
-- param: max_reply float 5000 bytes that a guess gets back on average, at most; more is what a login is for
-- param: database_ports ports 1433,1521,3306,5432,27017 ports that databases listen on
-- param: database_reply float 1200 the same number for those
-- param: sources int 20 sources outside within an hour that make an attack
-- param: connections int 100 accepted connections of them all that make one
-- param: each int 30 accepted connections within ten minutes of a source that is none of them; brute-force-* tell of it
-- param: each_per_day int 200 the same within the day
-- param: min_packets float 5 packets a guess sends at least; fewer are health checks
-- param: max_packets float 100 packets a guess sends at most; more are work
-- param: spread float 0.3 how far the bytes of a guess may lie from the median, as a share of it
-- param: alike share 0.8 share of the connections that must be short, and lie so near
-- param: routine duration 6h time of a day with connections that makes them a routine, if the sources come back for it
-- why: Who lets each of many hosts try two or three passwords stays below every count of one source. Together they are
--   as alike as the guesses of one program, because that is what they are.
-- false-positives: Partners and devices outside who each look for news now and then; what goes on all day has low
--   severity.
-- remediation: Close the port to the internet or use Session Manager, allow keys only, and look in the host's log for a
--   login among the failures. Blocking the sources one by one is of no use.
-- records: protocol = 6

WITH opened AS (
    SELECT
        *,
        flows <= 6 * attempts
            AND attempt_packets BETWEEN $min_packets * attempts AND $max_packets * attempts
            -- What a host says, without the headers of its packets: it acknowledges padding, too.
            AND reply_bytes - 40 * reply_packets <= attempts * CASE
                WHEN array_has($ports, CAST(service_port AS BIGINT)) THEN $max_reply
                ELSE $database_reply
            END AS is_short
    FROM connections
    WHERE protocol = 6
        AND direction = 'inbound'
        AND orientation = 'tcp_flags'
        AND answers > 0
        AND attempts > 0
        AND (
            array_has($ports, CAST(service_port AS BIGINT)) OR array_has($database_ports, CAST(service_port AS BIGINT))
        )
),
-- Most targets end here. The small side of a join stands first: it is the one that is held in memory.
target AS (
    SELECT responder, service_port
    FROM opened
    GROUP BY responder, service_port
    HAVING count(DISTINCT CASE WHEN is_short THEN initiator END) >= $sources AND sum(attempts) >= $connections
),
few AS (
    SELECT *
    FROM (
        SELECT
            *,
            max(in_ten_minutes) OVER (PARTITION BY responder, service_port, initiator) AS most,
            sum(attempts) OVER (PARTITION BY responder, service_port, initiator) AS in_a_day
        FROM (
            SELECT
                opened.*,
                sum(attempts) OVER (
                    PARTITION BY opened.responder, opened.service_port, opened.initiator ORDER BY bucket
                    RANGE BETWEEN 300 PRECEDING AND CURRENT ROW
                ) AS in_ten_minutes
            FROM target
            JOIN opened ON target.responder = opened.responder AND target.service_port = opened.service_port
        )
    )
    WHERE most < $each AND in_a_day < $each_per_day
),
-- An hour begins at the full or the half.
by_hour AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY responder, service_port, hour, initiator, is_short ORDER BY bucket) AS time
    FROM (
        SELECT few.*, bucket - bucket % 1800 - 1800 * half AS hour
        FROM (VALUES (0), (1)) AS halves(half)
        CROSS JOIN few
    )
),
-- Most of what strangers open there must be guesses, or many of them come to work.
crowd AS (
    SELECT
        *,
        sum(CASE WHEN is_short AND time = 1 THEN 1 ELSE 0 END) OVER hour AS sources,
        sum(CASE WHEN is_short THEN attempts ELSE 0 END) OVER hour AS guesses,
        sum(attempts) OVER hour AS connections
    FROM by_hour
    WINDOW hour AS (PARTITION BY responder, service_port, hour)
),
guess AS (
    SELECT *
    FROM crowd
    WHERE is_short AND sources >= $sources AND guesses >= greatest($connections, connections * $alike)
),
sized AS (
    SELECT *, median(bytes) OVER (PARTITION BY responder, service_port, hour) AS typical_bytes
    FROM (SELECT responder, service_port, hour, CAST(unnest(attempt_bytes) AS DOUBLE) AS bytes FROM guess)
),
alike AS (
    SELECT responder, service_port, hour
    FROM sized
    GROUP BY responder, service_port, hour
    HAVING avg(CASE WHEN abs(bytes - typical_bytes) <= typical_bytes * $spread THEN 1.0 ELSE 0.0 END) >= $alike
),
-- A row is in two hours, and counts once.
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
        CAST(sum(attempt_packets) AS DOUBLE) / sum(attempts) AS packets_per_connection
    FROM opened
    WHERE is_short
        AND EXISTS (
            SELECT 1
            FROM guess
            JOIN alike
                ON alike.responder = guess.responder
                AND alike.service_port = guess.service_port
                AND alike.hour = guess.hour
            WHERE guess.responder = opened.responder
                AND guess.service_port = opened.service_port
                AND guess.initiator = opened.initiator
                AND guess.bucket = opened.bucket
        )
    GROUP BY responder, service_port
)
SELECT
    account_id,
    region,
    interface_id,
    responder AS target,
    service_port AS port,
    CAST(6 AS INT) AS protocol,
    'inbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN window_end - window_start >= $routine AND connections >= 10 * sources THEN 'low'
        WHEN connections * 3600 >= 1000 * (window_end - window_start) THEN 'high'
        ELSE 'medium'
    END AS severity,
    sources || ' sources outside opened ' || connections || ' '
        || upper(coalesce(service_name(service_port, 6), 'TCP')) || ' connections to ' || responder
        || ' that are nearly all alike, short, and get little back, of about '
        || CAST(round(packets_per_connection) AS BIGINT) || ' packets each' AS description,
    sources,
    connections,
    round(packets_per_connection, 1) AS packets_per_connection
FROM together
