-- id: new-internal-edge
-- title: A host of ours administers, or asks for data, where it never did before
-- did: turned to hosts that it never used before
-- attack: T1021, T1570
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- history-days: 3
-- param: admin ports 22,23,135,139,445,2375,2376,3389,5900,5985,5986,10250 ports of remote administration, of file
--   shares and of container engines
-- param: data ports 1433,1521,2049,2379,3306,5432,5439,5984,6379,9042,9200,11211,27017 ports of databases and caches
-- param: days int 3 earlier days on which both hosts were there, at least; one that is newer is being set up
-- param: bytes int 1000 bytes that one connection carries, with headers; less is a health check
-- param: habit share 0.1 share of the earlier days, and at least two, on which a host met a new peer at the port, from
--   which on it is a habit of this host to do so
-- param: hosts int 5 hosts that may turn to one server on a day, each with a finding; more have one for all
-- param: trusted texts "" addresses and networks of bastions, configuration management and scanners; not reported
-- why: Servers talk to the same few others all year. An intruder with one host, and passwords that lay there, makes
--   connections that nobody ever saw: to the next host's shell, to a database that the host has no part in.
-- false-positives: A first release that needs another database, an administrator who seldom comes, and a job that runs
--   less often than the history is long, and a standby that takes over. Bastions, monitoring and configuration
--   management are known by their habit of meeting new hosts, once the history shows it; until then name them in
--   trusted.
-- remediation: Ask the owner of the host that began it, and look for who was logged in there. If nobody knows it,
--   isolate the host, look at what the other side's log says of the session, and change the passwords that were used.
-- records: protocol = 6 AND action = 'ACCEPT'

-- Ports of other services are left out: which of them a host uses changes with every release. An answer must have been
-- seen, and as many bytes as a login or a query takes.
WITH used AS (
    SELECT
        initiator,
        responder,
        service_port,
        min(account_id) AS account_id,
        max(account_id) AS other_account_id,
        min(region) AS region,
        max(region) AS other_region,
        min(CASE WHEN is_interface_sure THEN interface_id END) AS interface_id,
        max(CASE WHEN orientation = 'tcp_flags' THEN 1 ELSE 0 END) AS is_sure,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(attempts) AS attempts,
        sum(coalesce(request_bytes, 0)) AS request_bytes,
        sum(coalesce(reply_bytes, 0)) AS reply_bytes,
        sum(answers) > 0 AS is_begun
    FROM connections
    WHERE direction = 'internal' AND outcome = 'accepted' AND protocol = 6 AND initiator <> responder
        AND (array_has($admin, CAST(service_port AS BIGINT)) OR array_has($data, CAST(service_port AS BIGINT)))
        AND NOT is_unasked AND NOT is_gateway_leg
        AND NOT coalesce(cidr_contains($trusted, split_part(initiator, '%', 1)), FALSE)
    GROUP BY initiator, responder, service_port
    -- Empty connections beside a session don't make it smaller.
    HAVING max((coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) / greatest(attempts, 1)) >= $bytes
        OR max(array_max(attempt_bytes)) >= $bytes
),
-- What these ports' clients and servers were on earlier days. Most pairs are old ones, and end here. A pair is known that
-- would have been told on an earlier day, or that met on two: a single touch does not hide what comes after it.
edge AS (
    SELECT
        initiator,
        responder,
        service_port,
        min(day) AS first_day,
        min(day) < max(day)
            OR max((coalesce(request_bytes, 0) + coalesce(reply_bytes, 0)) / greatest(attempts, 1)) >= $bytes
            AS is_known,
        max(answers) > 0 AS is_begun
    FROM history_edges
    WHERE direction = 'internal' AND protocol = 6
        AND (array_has($admin, CAST(service_port AS BIGINT)) OR array_has($data, CAST(service_port AS BIGINT)))
    GROUP BY initiator, responder, service_port
),
fresh AS (
    SELECT used.*, edge.initiator IS NOT NULL AS is_touched
    FROM used
    LEFT JOIN edge
        ON edge.initiator = used.initiator
        AND edge.responder = used.responder
        AND edge.service_port = used.service_port
    WHERE NOT coalesce(is_known, FALSE) AND (used.is_begun OR edge.is_begun)
),
-- Where only the ports tell who is the server, a pair that is known the other way round is left out: a load balancer
-- calls its targets from any port from 1024 on, and some of them are these.
reverse_pair AS (
    SELECT DISTINCT fresh.initiator, fresh.responder
    FROM fresh
    JOIN (
        SELECT initiator, responder FROM connections WHERE direction = 'internal' AND outcome = 'accepted'
        UNION ALL
        SELECT initiator, responder FROM history_edges WHERE direction = 'internal'
    ) AS other ON other.initiator = fresh.responder AND other.responder = fresh.initiator
    WHERE is_sure = 0
),
history AS (
    SELECT count(DISTINCT day) AS days, min(day) AS first_day FROM history_hours
),
-- On its first day in the history everything is new to a host.
habit_of_client AS (
    SELECT
        one.initiator,
        one.service_port,
        count(DISTINCT CASE WHEN is_known THEN edge.responder END) AS peers,
        count(DISTINCT CASE WHEN is_known THEN first_day END) - 1 AS days
    FROM (SELECT DISTINCT initiator, service_port FROM fresh) AS one
    JOIN edge ON edge.initiator = one.initiator AND edge.service_port = one.service_port
    GROUP BY one.initiator, one.service_port
),
habit_of_server AS (
    SELECT
        one.responder,
        one.service_port,
        count(DISTINCT CASE WHEN is_known THEN edge.initiator END) AS peers,
        count(DISTINCT CASE WHEN is_known THEN first_day END) - 1 AS days
    FROM (SELECT DISTINCT responder, service_port FROM fresh) AS one
    JOIN edge ON edge.responder = one.responder AND edge.service_port = one.service_port
    GROUP BY one.responder, one.service_port
),
told AS (
    SELECT
        fresh.*,
        array_has($admin, CAST(fresh.service_port AS BIGINT)) AS is_admin,
        coalesce(habit_of_client.peers, 0) AS known_targets,
        coalesce(habit_of_server.peers, 0) AS known_clients,
        history.days AS days_of_history,
        count(*) OVER (PARTITION BY fresh.responder, fresh.service_port) > $hosts AS is_shared
    FROM history
    CROSS JOIN fresh
    JOIN history_hosts AS client ON client.address = fresh.initiator
    JOIN history_hosts AS server ON server.address = fresh.responder
    LEFT JOIN reverse_pair
        ON reverse_pair.initiator = fresh.initiator AND reverse_pair.responder = fresh.responder
    LEFT JOIN habit_of_client
        ON habit_of_client.initiator = fresh.initiator AND habit_of_client.service_port = fresh.service_port
    LEFT JOIN habit_of_server
        ON habit_of_server.responder = fresh.responder AND habit_of_server.service_port = fresh.service_port
    WHERE client.days >= $days AND server.days >= $days
        AND (fresh.is_sure = 1 OR reverse_pair.initiator IS NULL)
        AND coalesce(habit_of_client.days, 0) < greatest(2, $habit * history.days)
        AND coalesce(habit_of_server.days, 0) < greatest(2, $habit * history.days)
),
finding AS (
    SELECT
        CASE WHEN is_shared THEN responder ELSE initiator END AS whose,
        is_shared,
        service_port,
        bool_or(is_admin) AS is_admin,
        CASE WHEN min(account_id) = max(other_account_id) THEN min(account_id) END AS account_id,
        CASE WHEN min(region) = max(other_region) THEN min(region) END AS region,
        CASE WHEN count(DISTINCT responder) = 1 THEN min(interface_id) END AS interface_id,
        CASE WHEN count(DISTINCT initiator) = 1 THEN min(initiator) END AS actor,
        CASE WHEN count(DISTINCT responder) = 1 THEN min(responder) END AS target,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT initiator) AS clients,
        count(DISTINCT responder) AS targets,
        max(known_targets) AS known_targets,
        min(known_clients) AS known_clients,
        max(days_of_history) AS days_of_history,
        bool_or(is_touched) AS is_touched,
        sum(attempts) AS connections,
        sum(request_bytes) AS bytes_out,
        sum(reply_bytes) AS bytes_back,
        array_to_string(array_sort(array_agg(DISTINCT split_part(responder, '%', 1))), ''', ''') AS all_targets,
        examples(initiator) AS clients_seen,
        examples(responder) AS targets_seen
    FROM told
    GROUP BY CASE WHEN is_shared THEN responder ELSE initiator END, is_shared, service_port
),
-- Many that turn to one server on one day were told to by who runs them. Who has ten times as many peers at the port as
-- the new ones has reason to have one more.
weighed AS (
    SELECT
        *,
        CASE
            WHEN is_admin THEN 2 + CASE WHEN targets >= 10 THEN 1 ELSE 0 END
            ELSE 1 + CASE WHEN targets >= 10 THEN 1 ELSE 0 END
        END
            - CASE WHEN is_shared OR known_targets >= 10 * targets THEN 1 ELSE 0 END AS weight
    FROM finding
)
SELECT
    account_id,
    region,
    interface_id,
    actor,
    target,
    service_port AS port,
    CAST(6 AS INT) AS protocol,
    'internal' AS direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE weight WHEN 0 THEN 'info' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' ELSE 'high' END AS severity,
    CASE WHEN is_shared THEN counted(clients, 'host') || ' of ours' ELSE whose END || ' used port ' || service_port
        || coalesce(' (' || service_name(service_port, 6) || ')', '') || ' of '
        || coalesce(target, counted(targets, 'host') || ' of ours')
        || ', which ' || CASE WHEN is_shared THEN 'they' ELSE 'it' END || ' did on none of '
        || counted(days_of_history, 'earlier day') || CASE WHEN is_touched THEN ' but in passing' ELSE '' END
        || ', in '
        || CASE connections
            WHEN 0 THEN 'connections that began before'
            ELSE counted(connections, 'connection')
        END || ' of ' || human_bytes(bytes_out + bytes_back)
        || CASE
            WHEN is_shared THEN ''
            WHEN known_targets = 0 THEN '; on those days it used that port of no host'
            ELSE '; on those days it used that port of ' || counted(known_targets, 'other host')
        END AS description,
    CASE WHEN is_admin THEN 'administration' ELSE 'data' END AS kind,
    days_of_history,
    clients,
    clients_seen,
    targets,
    targets_seen,
    known_targets,
    known_clients,
    connections,
    bytes_out,
    bytes_back,
    -- A longer list is no help to who reads it.
    CASE
        WHEN targets BETWEEN 2 AND 100
            THEN 'protocol = 6 AND (ip_normalize(srcaddr) IN (''' || all_targets
                || ''') OR ip_normalize(dstaddr) IN (''' || all_targets || '''))'
        ELSE 'protocol = 6 AND action = ''ACCEPT'''
    END AS records
FROM weighed
