-- id: reject-then-accept
-- title: After many closed ports, one lets a host in
-- did: found an open port after many closed ones
-- attack: T1190
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- param: rejected_ports int 10 distinct ports of the target that were rejected within 24 hours, at least
-- param: web_clients int 10 other sources outside that the target serves at 80 or 443: these are meant for the world
-- param: strays int 3 other ports at which a client of FTP or RPC may fail; more make a scan of all that it tries
-- why: Who is turned away at port after port and then served at another has found the way in that was looked for. What
--   was said on that connection matters more than the scan before it.
-- false-positives: Scanners of the whole internet that read what a public web server says, and vulnerability scanners
--   of your own. A port that the pair used before the first rejection does not count. Ports 80 and 443 of a target that
--   serves many others outside are meant for the world: who is let in only there is told with severity low.
-- remediation: Look at what runs behind the port and in its log for this source. Narrow the rule that let it in, or
--   block the source in a network ACL; isolate an internal source.
-- records: protocol IN (6, 17, 132)

WITH tried AS (
    SELECT *
    FROM connections
    WHERE direction IN ('inbound', 'internal') AND protocol IN (6, 17, 132)
),
-- Most pairs end here. The small side of a join stands first: it is the one that is held in memory.
suspect AS (
    SELECT initiator, responder
    FROM tried
    WHERE outcome = 'rejected' AND attempts > 0
    GROUP BY initiator, responder
    HAVING count(*) >= $rejected_ports
),
-- What serves many others outside at the ports of the web is meant for the world. Who was let in there is one of those
-- that are counted.
web AS (
    SELECT tried.responder, count(DISTINCT tried.initiator) - 1 AS web_clients
    FROM (SELECT DISTINCT responder FROM suspect) AS scanned
    JOIN tried ON scanned.responder = tried.responder
    WHERE direction = 'inbound' AND protocol = 6 AND service_port IN (80, 443) AND answers > 0
    GROUP BY tried.responder
),
port AS (
    SELECT
        tried.initiator,
        tried.responder,
        service_port,
        protocol,
        min(direction) AS direction,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(CASE WHEN outcome = 'rejected' AND attempts > 0 THEN first_start END) AS rejected_at,
        min(CASE WHEN outcome = 'accepted' THEN first_start END) AS accepted_at,
        max(CASE WHEN outcome = 'accepted' THEN bucket END) AS last_accepted,
        max(last_end) AS last_end,
        sum(attempts) AS attempts,
        sum(answers) AS answers,
        sum(replies_rejected) AS replies_rejected,
        sum(request_packets) AS packets,
        sum(coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) AS bytes
    FROM suspect
    JOIN tried ON suspect.initiator = tried.initiator AND suspect.responder = tried.responder
    GROUP BY tried.initiator, tried.responder, service_port, protocol
),
-- A port that answered the pair once was not closed: the late packets of a connection are rejected as well.
judged AS (
    SELECT *, rejected_at IS NOT NULL AND answers = 0 AND replies_rejected = 0 AS is_closed
    FROM port
),
-- FTP and RPC name a new high port for each piece of work on their own: a firewall that does not know them rejects
-- those of a client that is welcome. Each takes a packet of the client's at the port that it asks, and a client fails
-- at few others.
asked AS (
    SELECT
        *,
        sum(
            CASE
                WHEN protocol = 6 AND service_port IN (21, 135) AND answers > 0 THEN coalesce(packets, 65536)
                ELSE 0
            END
        ) OVER pair AS questions,
        sum(CASE WHEN is_closed AND service_port >= 1024 THEN 1 ELSE 0 END) OVER pair AS high_ports,
        sum(CASE WHEN is_closed AND service_port < 1024 THEN 1 ELSE 0 END) OVER pair AS low_ports
    FROM judged
    WINDOW pair AS (PARTITION BY initiator, responder)
),
closed AS (
    SELECT
        initiator,
        responder,
        rejected_at,
        last_end,
        count(*) OVER day AS ports,
        min(rejected_at) OVER day AS first_rejected
    FROM asked
    WHERE is_closed AND (service_port < 1024 OR high_ports > questions OR low_ports > $strays)
    WINDOW day AS (
        PARTITION BY initiator, responder ORDER BY rejected_at RANGE BETWEEN 86400 PRECEDING AND CURRENT ROW
    )
),
turned_away AS (
    SELECT
        initiator,
        responder,
        min(first_rejected) AS first_rejected,
        min(rejected_at) AS enough_at,
        max(ports) AS rejected_ports
    FROM closed
    WHERE ports >= $rejected_ports
    GROUP BY initiator, responder
),
let_in AS (
    SELECT
        turned_away.initiator,
        turned_away.responder,
        first_rejected,
        rejected_ports,
        min(direction) AS direction,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(accepted_at) AS accepted_at,
        max(last_end) AS last_seen,
        count(*) AS accepted_ports,
        examples(service_port) AS accepted_ports_seen,
        first_value(service_port ORDER BY bytes DESC, service_port, protocol) AS accepted_port,
        first_value(protocol ORDER BY bytes DESC, service_port, protocol) AS accepted_protocol,
        sum(bytes) AS accepted_bytes,
        bool_and(coalesce(protocol = 6 AND service_port IN (80, 443), FALSE)) AS is_web
    FROM turned_away
    JOIN judged ON turned_away.initiator = judged.initiator AND turned_away.responder = judged.responder
    -- Within five minutes the order of records is not that of packets, so that those of the last rejection count.
    WHERE rejected_at IS NULL AND answers > 0 AND attempts > 0
        AND accepted_at >= first_rejected
        AND accepted_at <= enough_at + 86400
        AND last_accepted >= enough_at / 300 * 300
    GROUP BY turned_away.initiator, turned_away.responder, first_rejected, rejected_ports
),
-- What was rejected before the first port let the pair in, and what was tried and rejected after that.
told AS (
    SELECT
        let_in.initiator,
        let_in.responder,
        count(CASE WHEN rejected_at <= accepted_at THEN 1 END) AS ports_before,
        count(CASE WHEN rejected_at > accepted_at THEN 1 END) AS ports_after,
        max(CASE WHEN rejected_at > accepted_at THEN closed.last_end END) AS last_rejected
    FROM let_in
    JOIN closed ON closed.initiator = let_in.initiator AND closed.responder = let_in.responder
    WHERE rejected_at BETWEEN accepted_at - 86400 AND accepted_at + 86400
    GROUP BY let_in.initiator, let_in.responder
)
SELECT
    account_id,
    region,
    interface_id,
    let_in.initiator AS actor,
    let_in.responder AS target,
    direction,
    first_rejected / 300 * 300 AS window_start,
    greatest(last_seen, last_rejected) / 300 * 300 + 300 AS window_end,
    first_rejected AS first_seen,
    greatest(last_seen, last_rejected) AS last_seen,
    CASE
        WHEN web_clients >= $web_clients THEN 'low'
        WHEN accepted_bytes >= 100000000 THEN 'critical'
        WHEN accepted_bytes >= 1000000 OR (direction = 'internal' AND accepted_bytes >= 10000) THEN 'high'
        WHEN accepted_bytes >= 10000 OR rejected_ports >= 100 OR direction = 'internal' THEN 'medium'
        ELSE 'low'
    END AS severity,
    let_in.initiator || ' was rejected at '
        || counted(ports_before, 'port') || ' of '
        || let_in.responder || ' and then let in at port '
        || accepted_port || coalesce(' (' || service_name(accepted_port, accepted_protocol) || ')', '')
        || CASE
            WHEN accepted_ports = 1 THEN ''
            WHEN accepted_ports = 2 THEN ' and one more'
            ELSE ' and ' || (accepted_ports - 1) || ' more'
        END
        || ', where ' || human_bytes(accepted_bytes) || ' went to and fro'
        || CASE
            WHEN ports_after > 0 THEN '; it went on and was rejected at ' || counted(ports_after, 'more port')
            ELSE ''
        END AS description,
    rejected_ports,
    ports_before AS rejected_ports_before,
    ports_after AS rejected_ports_after,
    accepted_ports,
    accepted_ports_seen,
    accepted_port,
    accepted_at,
    accepted_bytes,
    web_clients
FROM let_in
JOIN told ON told.initiator = let_in.initiator AND told.responder = let_in.responder
LEFT JOIN web ON web.responder = let_in.responder AND let_in.is_web AND let_in.direction = 'inbound'
