-- id: long-connection
-- title: A connection to the internet stays open for hours
-- did: kept a connection open for hours
-- attack: T1571, T1572
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: hours float 1 hours that a connection lasts, at least
-- param: gap duration 10m time between the five-minute spans of two records of one connection, at most
-- param: ignored_ports ports 53,123 ports whose services keep one port of the client for all they ask
-- param: hosts int 5 hosts of ours that keep a connection to the same port of one address, from which on it is their
--   agent and not a stranger's tunnel
-- param: gigabytes float 1 gigabytes (10^9 bytes) sent, from which on it is graver
-- param: trusted texts "52.46.128.0/19, 52.94.0.0/15, 52.119.128.0/17, 54.239.0.0/17, 54.240.192.0/18, 72.21.192.0/19,
--   176.32.96.0/19" addresses and networks that may be connected to for hours; the default is AWS' own services
-- why: Tunnels, remote desktops and shells that call back are connections that a host of ours keeps open to the
--   internet for hours. Few programs on servers need one.
-- false-positives: VPN clients, message queues, chat and remote support, and agents that wait for orders; name their
--   servers in trusted.
-- remediation: Look up the address and which process holds the connection (ss -tnp). If nobody knows it, block the
--   address in a network ACL, which cuts what is open (a change of security groups may not), and isolate the host.

-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted.
WITH used AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        service_port,
        protocol,
        initiator_port,
        attempts,
        coalesce(request_bytes, 0) AS request_bytes,
        coalesce(reply_bytes, 0) AS reply_bytes,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND protocol IN (6, 17) AND outcome <> 'rejected'
        AND NOT (
            array_has($ignored_ports, CAST(service_port AS BIGINT))
            -- No clock is set with kilobytes.
            AND (service_port <> 123 OR coalesce(request_bytes, 0) <= 10000)
        )
        AND NOT is_gateway_leg
),
-- A span tells of a connection that goes on when no other began in it, or when only one port was used. Most pairs have
-- neither enough of the first, nor a port of the second for as long.
port AS (
    SELECT
        initiator,
        responder,
        service_port,
        protocol,
        CASE WHEN initiator_port IS NULL THEN 0 ELSE max(last_end) - min(first_start) END AS seconds_of_port,
        sum(CASE WHEN attempts = 0 THEN 1 ELSE 0 END) AS quiet
    FROM used
    GROUP BY initiator, responder, service_port, protocol, initiator_port
),
pair AS (
    SELECT initiator, responder, service_port, protocol
    FROM port
    GROUP BY initiator, responder, service_port, protocol
    HAVING max(seconds_of_port) >= $hours * 3600 OR sum(quiet) >= $hours * 3600 / greatest($gap, 300) - 2
),
suspect AS (
    SELECT * FROM pair WHERE is_public(responder) AND NOT cidr_contains($trusted, responder)
),
span AS (
    SELECT
        used.*,
        bucket - lag(bucket) OVER (
            PARTITION BY used.initiator, used.responder, used.service_port, used.protocol ORDER BY bucket
        ) AS since,
        last_value(initiator_port) IGNORE NULLS OVER (
            PARTITION BY used.initiator, used.responder, used.service_port, used.protocol ORDER BY bucket
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS port_before
    FROM suspect
    JOIN used
        ON suspect.initiator = used.initiator
        AND suspect.responder = used.responder
        AND suspect.service_port = used.service_port
        AND suspect.protocol = used.protocol
),
-- Two ways to know a connection again: its port, whatever else began meanwhile; and, where several are open at once,
-- that none began since.
run AS (
    SELECT
        *,
        sum(CASE WHEN since > $gap OR initiator_port <> port_before THEN 1 ELSE 0 END) OVER spans AS port_run,
        sum(CASE WHEN since > $gap OR attempts > 0 THEN 1 ELSE 0 END) OVER spans AS quiet_run
    FROM span
    WINDOW spans AS (PARTITION BY initiator, responder, service_port, protocol ORDER BY bucket)
),
lasting AS (
    SELECT
        initiator, responder, service_port, protocol, initiator_port,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(*) AS spans,
        sum(attempts) AS attempts,
        sum(request_bytes) AS bytes_out,
        sum(reply_bytes) AS bytes_in
    FROM run
    WHERE initiator_port IS NOT NULL
    GROUP BY initiator, responder, service_port, protocol, initiator_port, port_run
    HAVING max(last_end) - min(first_start) >= $hours * 3600
    UNION ALL
    SELECT
        initiator, responder, service_port, protocol,
        CASE WHEN min(initiator_port) = max(initiator_port) THEN min(initiator_port) END AS initiator_port,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(*) AS spans,
        sum(attempts) AS attempts,
        sum(request_bytes) AS bytes_out,
        sum(reply_bytes) AS bytes_in
    FROM run
    GROUP BY initiator, responder, service_port, protocol, quiet_run
    HAVING max(last_end) - min(first_start) >= $hours * 3600
),
-- A connection that began the other way round is a client's. That it did must have been seen: the client
-- came before, from the other port, and was answered, and our side sent no SYN. One packet from outside proves nothing.
turned AS (
    SELECT lasting.initiator, lasting.responder, lasting.service_port, lasting.protocol, lasting.initiator_port
    FROM lasting
    JOIN connections AS begun
        ON begun.initiator = lasting.responder
        AND begun.responder = lasting.initiator
        AND begun.service_port = lasting.initiator_port
        AND coalesce(begun.initiator_port, lasting.service_port) = lasting.service_port
        AND begun.protocol = lasting.protocol
        AND begun.bucket <= lasting.window_start
    WHERE begun.direction = 'inbound' AND lasting.attempts = 0
    GROUP BY lasting.initiator, lasting.responder, lasting.service_port, lasting.protocol, lasting.initiator_port
    HAVING sum(begun.attempts) > 0 AND sum(begun.answers) > 0
),
ranked AS (
    SELECT
        lasting.*,
        row_number() OVER (
            PARTITION BY lasting.initiator, lasting.responder, service_port, protocol
            ORDER BY last_seen - first_seen DESC, first_seen, lasting.initiator_port
        ) AS place
    FROM lasting
    LEFT ANTI JOIN turned
        ON lasting.initiator = turned.initiator
        AND lasting.responder = turned.responder
        AND lasting.service_port = turned.service_port
        AND lasting.protocol = turned.protocol
        AND lasting.initiator_port = turned.initiator_port
),
longest AS (
    SELECT *, count(*) OVER (PARTITION BY responder, service_port, protocol) AS hosts
    FROM ranked
    WHERE place = 1
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    responder AS target,
    service_port AS port,
    protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        -- IPsec between sites is open all day by design.
        WHEN protocol = 17 AND service_port IN (500, 4500) THEN 'info'
        WHEN last_seen - first_seen >= 14400 AND bytes_out >= $gigabytes * 1000000000 THEN 'high'
        WHEN bytes_out >= $gigabytes * 1000000000 THEN 'medium'
        WHEN hosts >= $hosts AND last_seen - first_seen >= 14400 THEN 'low'
        WHEN last_seen - first_seen >= 43200 THEN 'high'
        WHEN last_seen - first_seen >= 28800 THEN 'medium'
        WHEN last_seen - first_seen >= 14400 THEN 'low'
        ELSE 'info'
    END AS severity,
    initiator || ' kept a connection to port ' || service_port
        || coalesce(' (' || service_name(service_port, protocol) || ')', '') || ' of ' || responder || ' open for '
        || round(CAST(last_seen - first_seen AS DOUBLE) / 3600, 1) || ' hours, and sent '
        || human_bytes(bytes_out) || ' and received ' || human_bytes(bytes_in)
        || CASE WHEN hosts >= $hosts THEN ', as ' || (hosts - 1) || ' other hosts of ours did' ELSE '' END AS description,
    round(CAST(last_seen - first_seen AS DOUBLE) / 3600, 2) AS hours,
    initiator_port,
    spans,
    bytes_out,
    bytes_in,
    hosts AS hosts_that_do
FROM longest
