-- id: open-port-traffic
-- title: The internet uses a port that a security group opens to everyone
-- did: used a port that is open to everyone
-- attack: T1190, T1133
-- guardduty: Recon:EC2/PortProbeUnprotectedPort
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- inputs: security-groups, interfaces
-- param: red ports 20,21,22,1433,1434,3306,3389,4333,5432,5500 ports that Trusted Advisor marks red
-- param: green ports 25,80,443,465 ports that are meant for the world; they are not reported
-- why: A rule lets the whole internet reach this port, and the internet does. A shell, a desktop or a database behind
--   it is one guessed password or one unpatched hole away from being taken.
-- false-positives: A service that is meant for the world on an unusual port; add it to green.
-- remediation: Narrow the rule to the networks that need it, or put the service behind a load balancer or a VPN.
-- records: action = 'ACCEPT'

WITH answered AS (
    SELECT *
    FROM connections
    WHERE direction = 'inbound' AND outcome = 'accepted' AND NOT is_relayed
        AND NOT array_has($green, CAST(service_port AS BIGINT))
),
by_source AS (
    SELECT
        answered.account_id, answered.region, answered.interface_id, responder, service_port, answered.protocol,
        group_id, group_name, from_port, to_port, cidr, initiator,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(attempts) AS attempts,
        sum(coalesce(request_bytes, 0)) AS bytes_in,
        sum(coalesce(reply_bytes, 0)) AS bytes_out
    FROM world_open_ports AS rule
    JOIN answered
        ON rule.interface_id = answered.interface_id
        AND coalesce(rule.protocol, answered.protocol) = answered.protocol
        AND answered.service_port BETWEEN rule.from_port AND rule.to_port
        AND rule.is_ipv6 = (strpos(answered.initiator, ':') > 0)
    GROUP BY
        answered.account_id, answered.region, answered.interface_id, responder, service_port, answered.protocol,
        group_id, group_name, from_port, to_port, cidr, initiator
    -- The answer is in the five minutes in which a connection began; the later ones of a long session count with it.
    HAVING sum(answers) > 0
        -- Where only the ports tell who is the server, a port that a rule opens among thousands may be a client's own.
        AND (
            max(CASE WHEN orientation = 'tcp_flags' THEN 1 ELSE 0 END) = 1
            OR service_port < 32768
            OR to_port - from_port < 1024
        )
),
port AS (
    SELECT
        account_id, region, interface_id, service_port, protocol, group_id, group_name, from_port, to_port, cidr,
        array_has($red, CAST(service_port AS BIGINT)) AS is_red,
        CASE WHEN count(DISTINCT initiator) = 1 THEN min(initiator) END AS actor,
        CASE WHEN count(DISTINCT responder) = 1 THEN min(responder) END AS target,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT initiator) AS sources,
        count(DISTINCT responder) AS targets,
        sum(attempts) AS connections,
        sum(bytes_in) AS bytes_in,
        sum(bytes_out) AS bytes_out,
        examples(initiator) AS sources_seen,
        examples(responder) AS targets_seen
    FROM by_source
    GROUP BY account_id, region, interface_id, service_port, protocol, group_id, group_name, from_port, to_port, cidr
)
SELECT
    account_id,
    region,
    interface_id,
    actor,
    target,
    service_port AS port,
    protocol,
    'inbound' AS direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE
        WHEN is_red AND sources >= 100 THEN 'critical'
        WHEN is_red THEN 'high'
        WHEN sources >= 100 THEN 'medium'
        ELSE 'low'
    END AS severity,
    coalesce(actor, counted(sources, 'public address')) || ' used port '
        || service_port || coalesce(' (' || service_name(service_port, protocol) || ')', '') || ' of '
        || coalesce(target, targets || ' addresses of ' || interface_id)
        || ', which group ' || group_name || ' (' || group_id || ') opens to ' || cidr || ' with the rule '
        || CASE WHEN from_port = to_port THEN CAST(from_port AS VARCHAR) ELSE from_port || '-' || to_port END
        AS description,
    group_id,
    group_name,
    cidr AS rule_cidr,
    from_port AS rule_from_port,
    to_port AS rule_to_port,
    sources,
    targets,
    connections,
    bytes_in,
    bytes_out,
    sources_seen,
    targets_seen
FROM port
