-- id: asymmetric-reject
-- title: Requests are let in and their replies are rejected
-- did: ran into replies that were rejected
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: replies int 10 rejected records of replies, at least
-- param: connections int 3 connections without an accepted reply, at least
-- why: Security groups remember a connection, network ACLs do not. An ACL that forgets the ephemeral ports, or part of
--   them, lets requests pass and drops their answers, so that clients time out for no reason that they can see.
-- false-positives: A network ACL that was changed while connections were open.
-- remediation: Compare the network ACLs of the interface's subnet, and of the other end's when it is inside, in both
--   directions. Allow the ports 1024 to 65535 back to the clients; that is what NAT gateways and load balancers use.
-- records: action = 'REJECT'

-- A late packet of a connection that was served is rejected too, but that one had its answer. Lost are connections that
-- an interface let in and whose replies it rejected, whatever others saw: the ACL of the other subnet rejects what the
-- first one let go. Without ports nobody can tell request from reply.
WITH lost AS (
    SELECT
        initiator,
        responder,
        service_port,
        protocol,
        direction,
        account_id,
        region,
        interface_id,
        first_start,
        last_end,
        attempts - rejected AS connections,
        replies_lost AS unanswered,
        replies_rejected
    FROM connections
    WHERE replies_rejected > 0 AND attempts > rejected AND orientation <> 'address'
),
-- The ACL is that of our end's subnet: of the server for those who come, of the client for what goes out.
ended AS (
    SELECT
        *,
        CASE WHEN direction = 'outbound' THEN initiator ELSE responder END AS host,
        CASE WHEN direction = 'outbound' THEN responder ELSE initiator END AS peer
    FROM lost
),
service AS (
    SELECT
        host,
        service_port,
        protocol,
        direction,
        min(account_id) AS account_id,
        min(region) AS region,
        -- Between two hosts of ours either one's interface may be the one that rejects.
        CASE WHEN direction <> 'internal' AND count(DISTINCT interface_id) = 1 THEN min(interface_id) END AS interface_id,
        CASE WHEN count(DISTINCT peer) = 1 THEN min(peer) END AS peer,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT peer) AS peers,
        sum(connections) AS connections,
        sum(unanswered) AS connections_unanswered,
        sum(replies_rejected) AS replies_rejected
    FROM ended
    GROUP BY host, service_port, protocol, direction
    HAVING sum(replies_rejected) >= $replies AND sum(unanswered) >= $connections
)
SELECT
    account_id,
    region,
    interface_id,
    CASE WHEN direction = 'outbound' THEN host ELSE peer END AS actor,
    CASE WHEN direction = 'outbound' THEN peer ELSE host END AS target,
    service_port AS port,
    protocol,
    direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE
        WHEN connections_unanswered >= 10000 THEN 'high'
        WHEN connections_unanswered >= 1000 THEN 'medium'
        ELSE 'low'
    END AS severity,
    counted(replies_rejected, 'record') || ' of replies '
        || CASE WHEN direction = 'outbound' THEN 'to ' ELSE 'of ' END || host
        || coalesce(' at port ' || service_port, '')
        || coalesce(' (' || service_name(service_port, protocol) || ')', '')
        || CASE WHEN replies_rejected = 1 THEN ' was' ELSE ' were' END || ' rejected, and ' || connections_unanswered
        || ' of ' || connections
        || CASE WHEN connections = 1 THEN ' connection that was' ELSE ' connections that were' END
        || ' let in got no answer' AS description,
    replies_rejected,
    connections,
    connections_unanswered,
    peers
FROM service
