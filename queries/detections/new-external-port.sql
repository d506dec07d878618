-- id: new-external-port
-- title: A host uses a port on the internet that it never used before
-- did: used a port on the internet that it never used before
-- attack: T1571
-- guardduty: Behavior:EC2/NetworkPortUnusual
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- history-days: 3
-- param: days int 3 earlier days on which the host logged, at least; a newer one has no usual ports
-- param: kilobytes float 20 kilobytes (10^3 bytes) sent and received at the port, from which on it is a finding
-- param: spans int 3 spans of five minutes in which the port is used, from which on it is one however few bytes there
--   are
-- param: users int 2 other hosts of ours that may have used the port on earlier days; what more used is no news
-- param: passing_ports int 5 ports that the host may have used on a single earlier day each; one that used more has no
--   usual ports
-- param: ports int 5 new ports of a host, each with a finding; of more there is one for all
-- param: shared_by int 5 hosts that may begin to use a port on the same day, each with a finding; of more there is one
--   for all
-- param: ignored_ports ports 25,26,53,123,465,587,853 ports that are left out: NTP, and mail and names, which other
--   detections look at
-- param: trusted texts "" addresses and networks that may be called at any port
-- why: What a server does is written in few programs, and these use the same few ports for years. A new one is a new
--   program: a tunnel, a shell that calls back, a miner, or an administrator who tries something.
-- false-positives: New software, a service that moved to another port, and what is done once a quarter. The next day
--   knows the port. Name the destinations of your partners in trusted.
-- remediation: Ask the host's owner what uses the port (ss -tnp). If nobody knows it, isolate the host, and let it out
--   only to the ports that it needs in the security group's outbound rules.
-- records: action = 'ACCEPT'

-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted; so are answers that
-- nobody asked for, which may be forged.
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
        orientation,
        attempts,
        answers,
        coalesce(request_bytes, 0) AS bytes_out,
        coalesce(reply_bytes, 0) AS bytes_in,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND outcome = 'accepted' AND protocol IN (6, 17) AND service_port IS NOT NULL
        AND NOT is_unasked AND NOT is_gateway_leg AND coalesce(traffic_path, 0) <> 7
        AND NOT array_has($ignored_ports, CAST(service_port AS BIGINT))
),
tried AS (
    SELECT initiator, service_port, sum(answers) > 0 AS is_begun
    FROM used
    GROUP BY initiator, service_port
    HAVING sum(bytes_out + bytes_in) >= $kilobytes * 1000 OR count(DISTINCT bucket) >= $spans
),
host AS (
    SELECT DISTINCT initiator FROM tried
),
-- TCP and UDP are one: a client of the web that turns to QUIC does nothing new. A port is known that would have been told
-- on an earlier day, or that was used on two: a single touch does not hide what comes after it.
past AS (
    SELECT
        initiator,
        service_port,
        min(day) AS first_day,
        count(*) AS days,
        bool_or(is_begun) AS is_begun,
        count(*) >= 2 OR max(bytes) >= $kilobytes * 1000 OR max(spans) >= $spans AS is_known
    FROM (
        SELECT
            edge.initiator,
            edge.service_port,
            edge.day,
            sum(coalesce(edge.request_bytes, 0) + coalesce(edge.reply_bytes, 0)) AS bytes,
            max(edge.spans) AS spans,
            sum(edge.answers) > 0 AS is_begun
        FROM host
        JOIN history_edges AS edge ON host.initiator = edge.initiator
        WHERE edge.direction = 'outbound' AND edge.protocol IN (6, 17) AND edge.request_bytes > 0
            AND edge.service_port IS NOT NULL
        GROUP BY edge.initiator, edge.service_port, edge.day
    )
    GROUP BY initiator, service_port
),
-- P2P and clients of FTP use another port every time, and so do those whose clients' ports are taken for services. Single
-- touches of one day are one.
habit AS (
    SELECT
        initiator,
        count(*) AS ports,
        sum(CASE WHEN days = 1 AND is_known THEN 1 ELSE 0 END)
            + count(DISTINCT CASE WHEN days = 1 AND NOT is_known THEN first_day END) AS passing_ports
    FROM past
    GROUP BY initiator
),
unused AS (
    SELECT
        tried.initiator,
        tried.service_port,
        past.initiator IS NOT NULL AS is_touched,
        coalesce(past.is_begun, FALSE) AS is_begun_before
    FROM tried
    LEFT JOIN past ON tried.initiator = past.initiator AND tried.service_port = past.service_port
    WHERE NOT coalesce(is_known, FALSE) AND (tried.is_begun OR past.is_begun)
),
others AS (
    SELECT service_port, count(*) AS users
    FROM (
        SELECT edge.service_port, edge.initiator
        FROM (SELECT DISTINCT service_port FROM unused) AS port
        JOIN history_edges AS edge ON port.service_port = edge.service_port
        WHERE edge.direction = 'outbound' AND edge.protocol IN (6, 17) AND edge.request_bytes > 0
        GROUP BY edge.service_port, edge.initiator
        HAVING min(edge.day) < max(edge.day)
            OR max(coalesce(edge.request_bytes, 0) + coalesce(edge.reply_bytes, 0)) >= $kilobytes * 1000
            OR max(edge.spans) >= $spans
    )
    GROUP BY service_port
),
rare AS (
    SELECT unused.*, coalesce(users, 0) AS users
    FROM unused
    LEFT JOIN others ON others.service_port = unused.service_port
    WHERE coalesce(users, 0) <= $users
),
suspect AS (
    SELECT DISTINCT initiator FROM rare
),
-- Where only the ports tell who called whom, a server's clients look as if it had called them at the ports that they
-- took. Its own port is one at which it answered before, or that it has in common with many of them.
own AS (
    SELECT suspect.initiator, connections.service_port
    FROM suspect
    JOIN connections ON suspect.initiator = connections.responder
    WHERE connections.direction = 'inbound' AND connections.answers > 0
    UNION
    SELECT suspect.initiator, edge.service_port
    FROM suspect
    JOIN history_edges AS edge ON suspect.initiator = edge.responder
    WHERE edge.direction = 'inbound' AND edge.answers > 0
    UNION
    SELECT suspect.initiator, initiator_port AS service_port
    FROM suspect
    JOIN used ON suspect.initiator = used.initiator
    WHERE orientation = 'ports'
    GROUP BY suspect.initiator, initiator_port
    HAVING count(DISTINCT used.service_port) >= 3
),
-- Servers of FTP give each file a port of its own.
file_server AS (
    SELECT DISTINCT initiator, responder FROM used WHERE service_port = 21
),
sure AS (
    SELECT
        used.*,
        users,
        is_touched,
        is_begun_before,
        known.days,
        coalesce(habit.ports, 0) - CASE WHEN is_touched THEN 1 ELSE 0 END AS usual_ports
    FROM rare
    JOIN history_hosts AS known ON known.address = rare.initiator
    JOIN used ON rare.initiator = used.initiator AND rare.service_port = used.service_port
    LEFT JOIN habit ON habit.initiator = rare.initiator
    LEFT ANTI JOIN own
        ON used.initiator = own.initiator AND used.initiator_port = own.service_port AND used.orientation = 'ports'
    LEFT ANTI JOIN file_server
        ON used.initiator = file_server.initiator AND used.responder = file_server.responder
        AND used.service_port >= 1024
    WHERE known.days >= $days AND coalesce(habit.passing_ports, 0) <= $passing_ports
        AND NOT cidr_contains($trusted, used.responder)
),
port AS (
    SELECT
        *,
        sum(CASE WHEN is_shared THEN 0 ELSE 1 END) OVER (PARTITION BY initiator) > $ports AND NOT is_shared
            AS is_one_of_many
    FROM (
        SELECT
            initiator,
            service_port,
            count(*) OVER (PARTITION BY service_port) > $shared_by AS is_shared
        FROM sure
        GROUP BY initiator, service_port
        HAVING (sum(answers) > 0 OR bool_or(is_begun_before))
            AND (sum(bytes_out + bytes_in) >= $kilobytes * 1000 OR count(DISTINCT bucket) >= $spans)
            -- From 32768 on ports are clients' own. One that several connections went to, from a port of their own
            -- each, is a server's even there.
            AND (
                service_port < 32768
                OR max(CASE WHEN orientation = 'tcp_flags' THEN 1 ELSE 0 END) = 1
                OR count(initiator_port) < count(*)
                OR min(initiator_port) < max(initiator_port)
            )
    )
),
finding AS (
    SELECT
        is_shared,
        is_one_of_many,
        CASE WHEN NOT is_shared THEN port.initiator END AS actor,
        CASE WHEN NOT is_one_of_many THEN port.service_port END AS port,
        CASE WHEN min(account_id) = max(account_id) THEN min(account_id) END AS account_id,
        CASE WHEN min(region) = max(region) THEN min(region) END AS region,
        CASE WHEN min(interface_id) = max(interface_id) THEN min(interface_id) END AS interface_id,
        CASE WHEN min(responder) = max(responder) THEN min(responder) END AS target,
        CASE WHEN min(protocol) = max(protocol) THEN min(protocol) END AS protocol,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT port.initiator) AS hosts,
        examples(port.initiator) AS hosts_seen,
        count(DISTINCT port.service_port) AS ports,
        examples(port.service_port) AS ports_seen,
        array_to_string(array_sort(array_agg(DISTINCT port.service_port)), ', ') AS all_ports,
        count(DISTINCT responder) AS destinations,
        examples(responder) AS destinations_seen,
        count(DISTINCT bucket) AS spans,
        sum(attempts) AS connections,
        sum(bytes_out) AS bytes_out,
        sum(bytes_in) AS bytes_in,
        max(users) AS users,
        max(days) AS days,
        bool_or(is_touched) AS is_touched,
        max(usual_ports) AS usual_ports
    FROM port
    JOIN sure ON port.initiator = sure.initiator AND port.service_port = sure.service_port
    GROUP BY
        is_shared,
        is_one_of_many,
        CASE WHEN NOT is_shared THEN port.initiator END,
        CASE WHEN NOT is_one_of_many THEN port.service_port END
)
SELECT
    account_id,
    region,
    interface_id,
    actor,
    target,
    port,
    protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    -- What many begin on one day is a change that somebody made.
    CASE
        WHEN bytes_out >= 100000000000 THEN 'critical'
        WHEN bytes_out >= 1000000000 THEN 'high'
        WHEN NOT is_shared AND (bytes_out >= 10000000 OR spans >= 12) THEN 'medium'
        ELSE 'low'
    END AS severity,
    coalesce(actor, hosts || ' hosts of ours')
        || CASE connections
            WHEN 0 THEN ' went on with connections that began before'
            ELSE ' opened ' || counted(connections, 'connection')
        END || ' to '
        || coalesce(
            'port ' || port || coalesce(' (' || service_name(port, coalesce(protocol, 6)) || ')', ''),
            counted(ports, 'port')
        ) || ' of ' || coalesce(target, counted(destinations, 'public address')) || ', sent ' || human_bytes(bytes_out)
        || ' and received ' || human_bytes(bytes_in) || '; in ' || CASE WHEN is_shared THEN 'up to ' ELSE '' END
        || counted(days, 'day') || ' of history '
        || CASE
            WHEN is_shared THEN 'none of them used that port'
            WHEN is_one_of_many THEN 'it used none of them'
            ELSE 'it did not use that port'
        END || ' on the internet' || CASE WHEN is_touched THEN ' but in passing, ' ELSE ', ' END
        || CASE
            WHEN users = 0 THEN 'nor did another host of ours'
            WHEN is_one_of_many THEN 'and of each at most ' || counted(users, 'other host') || ' of ours made use'
            ELSE 'but ' || counted(users, 'other host') || ' of ours did'
        END
        || CASE
            WHEN is_shared THEN ''
            WHEN usual_ports = 0 THEN '; it used none there'
            ELSE '; it used ' || counted(usual_ports, 'port') || ' there'
        END AS description,
    hosts,
    hosts_seen,
    ports,
    ports_seen,
    destinations,
    destinations_seen,
    connections,
    spans,
    bytes_out,
    bytes_in,
    users AS users_before,
    days AS days_of_history,
    usual_ports,
    CASE
        WHEN ports BETWEEN 2 AND 100 THEN 'srcport IN (' || all_ports || ') OR dstport IN (' || all_ports || ')'
    END AS records
FROM finding
