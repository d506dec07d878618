-- id: new-smtp
-- title: A host sends mail to the internet for the first time
-- did: sent mail for the first time
-- attack: T1071.003
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- history-days: 3
-- param: days int 3 earlier days on which the host logged, at least; of a newer one nobody knows whether it sends mail
-- param: ports ports 25,26,465,587 ports that mail servers take mail on
-- param: mail_bytes int 1000 bytes sent in a connection on average, below which it is taken for a look at the banner
-- param: shared_by int 5 hosts that may begin to send mail on the same day, each with a finding; of more there is one
--   for all
-- param: relays texts "" addresses and networks of the mail relays, which may
-- why: Few servers send mail, and those that do have done so for long. One that begins may send somebody else's spam,
--   or take your data out in letters, past all that looks at the web.
-- false-positives: An application that was told to send its alerts, and a new relay; name the latter in relays. The
--   next day knows that the host sends mail.
-- remediation: Ask the host's owner what sends the mail. Let only the relays reach ports 25, 465 and 587 in the
--   security groups' outbound rules, and if nobody knows of it, isolate the host.
-- records: protocol = 6

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
        attempts,
        answers,
        coalesce(request_bytes, 0) AS bytes,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND protocol = 6 AND outcome = 'accepted'
        AND array_has($ports, CAST(service_port AS BIGINT))
        AND NOT is_unasked AND NOT is_gateway_leg
        AND NOT coalesce(cidr_contains($relays, initiator), FALSE)
),
server AS (
    SELECT
        initiator, responder, service_port,
        min(account_id) AS account_id,
        max(account_id) AS other_account_id,
        min(region) AS region,
        max(region) AS other_region,
        min(interface_id) AS interface_id,
        max(interface_id) AS other_interface_id,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(attempts) AS connections,
        sum(bytes) AS bytes
    FROM used
    GROUP BY initiator, responder, service_port
    HAVING sum(answers) > 0
),
host AS (
    SELECT DISTINCT initiator FROM server
),
-- All that hosts of ours sent on earlier days; few of them do.
past AS (
    SELECT
        initiator,
        responder,
        interface_id,
        min(day) AS first_day,
        max(day) AS last_day,
        bool_or(request_bytes >= $mail_bytes * greatest(attempts, 1)) AS is_mail
    FROM history_edges
    WHERE direction = 'outbound' AND protocol = 6 AND request_bytes > 0
        AND array_has($ports, CAST(service_port AS BIGINT))
    GROUP BY initiator, responder, interface_id
),
-- Who looked at a banner on a single day did not send mail, and does not hide so what comes after it.
known_sender AS (
    SELECT initiator
    FROM past
    GROUP BY initiator
    HAVING bool_or(is_mail) OR min(first_day) < max(last_day)
),
-- A relay may send from another address of its interface today. One that has more addresses passes on what others send.
relay AS (
    SELECT edge.interface_id
    FROM (SELECT DISTINCT interface_id FROM past WHERE is_mail OR first_day < last_day) AS interface
    JOIN history_edges AS edge ON interface.interface_id = edge.interface_id
    WHERE edge.direction = 'outbound'
    GROUP BY edge.interface_id
    HAVING count(DISTINCT edge.initiator) <= 64
),
sender AS (
    SELECT initiator FROM known_sender
    UNION
    SELECT used.initiator
    FROM relay
    JOIN used ON relay.interface_id = used.interface_id
),
known_server AS (
    SELECT DISTINCT past.responder
    FROM past
    JOIN known_sender ON known_sender.initiator = past.initiator
),
suspect AS (
    SELECT host.initiator
    FROM host
    LEFT ANTI JOIN sender ON host.initiator = sender.initiator
),
-- A host that takes mail is a mail server, and its first letter to the outside may be one that could not be delivered.
takes AS (
    SELECT suspect.initiator
    FROM suspect
    JOIN history_edges AS edge ON suspect.initiator = edge.responder
    WHERE edge.direction IN ('inbound', 'internal') AND edge.protocol = 6 AND edge.answers > 0
        AND array_has($ports, CAST(edge.service_port AS BIGINT))
        AND edge.request_bytes >= $mail_bytes * edge.attempts
    GROUP BY suspect.initiator
    HAVING count(DISTINCT edge.day) >= $days
),
sent AS (
    SELECT
        server.*,
        known.days,
        touched.initiator IS NOT NULL AS is_touched,
        takes.initiator IS NOT NULL AS takes_mail,
        known_server.responder IS NOT NULL AS is_known_server
    FROM suspect
    JOIN history_hosts AS known ON known.address = suspect.initiator
    JOIN server ON server.initiator = suspect.initiator
    LEFT JOIN (SELECT DISTINCT initiator FROM past) AS touched ON touched.initiator = suspect.initiator
    LEFT JOIN takes ON takes.initiator = server.initiator
    LEFT JOIN known_server ON known_server.responder = server.responder
    WHERE known.days >= $days
),
beginner AS (
    SELECT initiator, count(*) OVER () > $shared_by AS is_shared FROM sent GROUP BY initiator
),
finding AS (
    SELECT
        is_shared,
        CASE WHEN NOT is_shared THEN beginner.initiator END AS actor,
        CASE WHEN min(account_id) = max(other_account_id) THEN min(account_id) END AS account_id,
        CASE WHEN min(region) = max(other_region) THEN min(region) END AS region,
        CASE WHEN min(interface_id) = max(other_interface_id) THEN min(interface_id) END AS interface_id,
        CASE WHEN min(responder) = max(responder) THEN min(responder) END AS target,
        CASE WHEN min(service_port) = max(service_port) THEN min(service_port) END AS port,
        array_to_string(array_sort(array_agg(DISTINCT service_port)), ', ') AS all_ports,
        min(window_start) AS window_start,
        max(window_end) AS window_end,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen,
        count(DISTINCT beginner.initiator) AS hosts,
        examples(beginner.initiator) AS hosts_seen,
        count(DISTINCT responder) AS servers,
        count(DISTINCT CASE WHEN is_known_server THEN responder END) AS known_servers,
        examples(responder) AS servers_seen,
        sum(connections) AS connections,
        sum(bytes) AS bytes,
        max(days) AS days,
        bool_or(is_touched) AS is_touched,
        bool_and(takes_mail) AS takes_mail
    FROM beginner
    JOIN sent ON beginner.initiator = sent.initiator
    GROUP BY is_shared, CASE WHEN NOT is_shared THEN beginner.initiator END
)
SELECT
    account_id,
    region,
    interface_id,
    actor,
    target,
    port,
    CAST(6 AS INT) AS protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    -- A relay outside that others of ours use is where an application is told to send to.
    CASE
        WHEN bytes < $mail_bytes * connections THEN 'info'
        WHEN servers >= 100 OR bytes >= 1000000000 THEN 'high'
        WHEN servers >= 10 OR bytes >= 10000000 THEN 'medium'
        WHEN known_servers = servers OR takes_mail THEN 'info'
        ELSE 'low'
    END AS severity,
    coalesce(actor, hosts || ' hosts of ours')
        || CASE connections
            WHEN 0 THEN ' went on with connections that began before'
            ELSE ' opened ' || counted(connections, 'connection')
        END || ' to '
        || coalesce('port ' || port || ' of ', '') || coalesce(target, counted(servers, 'mail server'))
        || CASE WHEN port IS NULL THEN ', ports ' || all_ports || ',' ELSE '' END
        || ' and sent ' || human_bytes(bytes)
        || CASE
            WHEN bytes < $mail_bytes * connections THEN ', too little for mail'
            ELSE ''
        END
        || '; in ' || CASE WHEN is_shared THEN 'up to ' ELSE '' END || counted(days, 'day') || ' of history '
        || CASE WHEN is_shared THEN 'none of them' ELSE 'it never' END || ' sent mail to the internet'
        || CASE WHEN is_touched THEN ' but in passing' ELSE '' END
        || CASE WHEN takes_mail THEN ', but took some' ELSE '' END
        || CASE
            WHEN known_servers = 0 THEN ''
            WHEN servers = 1 THEN ', and other hosts of ours use that server'
            ELSE ', and other hosts of ours use ' || known_servers || ' of these servers'
        END AS description,
    hosts,
    hosts_seen,
    servers,
    servers_seen,
    known_servers,
    all_ports AS ports_seen,
    connections,
    bytes,
    days AS days_of_history,
    CASE
        WHEN port IS NULL THEN 'srcport IN (' || all_ports || ') OR dstport IN (' || all_ports || ')'
        ELSE 'protocol = 6'
    END AS records
FROM finding
