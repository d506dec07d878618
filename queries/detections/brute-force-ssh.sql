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
-- why: Many short connections that are all alike are a program trying passwords. One that succeeds owns the host.
-- false-positives: Scripts that run one short command over SSH in a loop.
-- remediation: Close SSH to the internet or use Session Manager, allow keys only, and look in the host's log for a
--   login from this source.
-- records: protocol = 6

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
-- A connection that tries a password ends within two minutes: it has a record or three in each direction. Without TCP
-- flags a session that stays open looks like a new connection every five minutes, but it has a record of every minute.
alike AS (
    SELECT
        *,
        CAST(packets AS DOUBLE) / connections AS mean,
        sqrt(greatest(squares / connections - power(CAST(packets AS DOUBLE) / connections, 2), 0)) AS deviation
    FROM ten_minutes
    WHERE connections >= $connections AND flows <= 6 * connections
),
attacked AS (
    SELECT
        initiator,
        responder,
        service_port,
        direction,
        min(bucket) - 300 AS window_start,
        max(bucket) + 300 AS window_end
    FROM alike
    WHERE mean >= $min_packets AND mean <= $max_packets AND deviation <= mean * $spread
    GROUP BY initiator, responder, service_port, direction
),
evidence AS (
    SELECT
        attacked.initiator,
        attacked.responder,
        attacked.service_port,
        attacked.direction,
        attacked.window_start,
        attacked.window_end,
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
    WHERE bucket >= window_start AND bucket < window_end
    GROUP BY
        attacked.initiator, attacked.responder, attacked.service_port, attacked.direction, attacked.window_start,
        attacked.window_end
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
    CASE WHEN connections >= 1000 THEN 'critical' WHEN connections >= 100 THEN 'high' ELSE 'medium' END AS severity,
    initiator || ' opened ' || connections || ' ' || upper(coalesce(service_name(service_port, 6), 'TCP'))
        || ' connections to ' || responder || ' that are all alike, of about '
        || CAST(round(CAST(packets AS DOUBLE) / connections) AS BIGINT) || ' packets each' AS description,
    connections,
    round(CAST(packets AS DOUBLE) / connections, 1) AS packets_per_connection
FROM evidence
