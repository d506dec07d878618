-- id: new-exposure
-- title: A host answers the internet at a port at which it never did before
-- did: got an answer at a port that was not open before
-- attack: T1190, T1133
-- needs: interface_id, srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- history-days: 3
-- param: sensitive ports "20,21,22,23,110,111,135,139,143,389,445,512,513,514,873,1433,1434,1521,2049,2375,2376,2379,
--   3306,3389,4333,5432,5500,5601,5900,5901,5984,5985,5986,6379,6443,9042,9200,9300,10250,11211,15672,27017" ports that
--   Trusted Advisor marks red, and others of databases and of administration
-- param: web ports 80,443 ports that are meant for the world
-- param: days int 3 earlier days on which the host or its interface was there, at least; a newer one is being set up
-- param: ports int 5 ports from 1024 on without a known service that a host may open; of more there is one finding, and
--   none where it had more before
-- param: hosts int 10 hosts that may begin to answer at a port on a day, each with a finding; more have one for all
-- param: strangers int 100 public addresses that were answered, from which on it is graver
-- param: gigabytes float 1 gigabytes (10^9 bytes) that left through the port, from which on it is graver
-- why: A port that answers the internet since today was opened today: by a rule that is too wide, by a service that
--   listens where it should not, or by somebody who wants to come back. It is found within hours.
-- false-positives: A service that was meant to go live, and one that is used less often than the history is long. In
--   logs without TCP flags ports from 32768 on are left out, and others that have no known service until two public
--   addresses used them. What goes from an FTP server to who has a control connection is left out, too.
-- remediation: Ask who opened the port and for whom. Look for the change of a security group, network ACL, listener or
--   public address on that day; close it, or narrow it to the networks that need it. See what the first callers took.

-- An interface that answered at the port at another of its addresses is no more open than it was. A packet that no
-- connection began with, and the RST that answers it, are no use of a port.
WITH used_before AS (
    SELECT responder AS place, service_port, protocol
    FROM history_edges
    WHERE direction = 'inbound' AND (answers > 0 OR reply_bytes >= 1000)
    GROUP BY responder, service_port, protocol
    UNION
    SELECT interface_id AS place, service_port, protocol
    FROM history_edges
    WHERE direction = 'inbound' AND (answers > 0 OR reply_bytes >= 1000) AND interface_id IS NOT NULL
    GROUP BY interface_id, service_port, protocol
),
-- Most of a day is of ports that were used before, and ends here.
unused AS (
    SELECT connections.*
    FROM used_before
    RIGHT ANTI JOIN connections
        ON used_before.place = connections.responder
        AND used_before.service_port = connections.service_port
        AND used_before.protocol = connections.protocol
    WHERE direction = 'inbound' AND outcome = 'accepted'
),
-- An answer must have been seen: late packets, and replies to a client's port, have none. Equal
-- ports at both ends tell nothing of who is the server.
answered AS (
    SELECT
        initiator,
        responder,
        service_port,
        protocol,
        min(account_id) AS account_id,
        max(account_id) AS other_account_id,
        min(region) AS region,
        max(region) AS other_region,
        min(interface_id) AS interface_id,
        max(CASE WHEN orientation = 'tcp_flags' THEN 1 ELSE 0 END) AS is_sure,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(attempts) AS attempts,
        sum(coalesce(request_bytes, 0)) AS bytes_in,
        sum(coalesce(reply_bytes, 0)) AS bytes_out
    FROM unused
    WHERE protocol IN (6, 17) AND service_port > 0
        AND orientation <> 'address'
        AND NOT is_unasked AND NOT is_relayed AND NOT is_gateway_leg
    GROUP BY initiator, responder, service_port, protocol
    HAVING sum(answers) > 0
),
-- Who has a control connection to an FTP server is given ports for the data, anywhere above 1023.
transfer AS (
    SELECT initiator, responder
    FROM connections
    WHERE direction = 'inbound' AND outcome = 'accepted' AND protocol = 6 AND service_port IN (21, 990)
    GROUP BY initiator, responder
),
port AS (
    SELECT
        answered.responder,
        service_port,
        protocol,
        min(account_id) AS account_id,
        max(other_account_id) AS other_account_id,
        min(region) AS region,
        max(other_region) AS other_region,
        min(interface_id) AS interface_id
    FROM answered
    LEFT JOIN transfer ON transfer.initiator = answered.initiator AND transfer.responder = answered.responder
    WHERE transfer.initiator IS NULL OR service_port < 1024 OR protocol <> 6
    GROUP BY answered.responder, service_port, protocol
    -- Where only the ports tell who is the server, a high one is a client's own, and so is one that no service is known
    -- for until a second address uses it: a client seldom takes the same port twice.
    HAVING max(is_sure) = 1
        OR (
            service_port < 32768
            AND (
                service_port < 1024
                OR service_name(service_port, protocol) IS NOT NULL
                OR count(DISTINCT answered.initiator) > 1
            )
        )
),
fresh AS (
    SELECT
        port.*,
        NOT array_has($sensitive, CAST(port.service_port AS BIGINT))
            AND NOT array_has($web, CAST(port.service_port AS BIGINT))
            AND port.service_port >= 1024
            AND (service_name(port.service_port, port.protocol) IS NULL OR port.service_port >= 10000) AS is_passing
    FROM port
    LEFT JOIN used_before AS by_interface
        ON by_interface.place = port.interface_id
        AND by_interface.service_port = port.service_port
        AND by_interface.protocol = port.protocol
    WHERE by_interface.place IS NULL
),
served_before AS (
    SELECT DISTINCT service_port, protocol FROM used_before
),
-- A host that is new at an interface that was there may be a pod that was moved, unless nobody of ours served the internet
-- at the port so far, or nobody should.
known AS (
    SELECT fresh.*
    FROM fresh
    JOIN history_hosts AS host ON host.address = fresh.responder
    LEFT JOIN served_before
        ON served_before.service_port = fresh.service_port AND served_before.protocol = fresh.protocol
    WHERE days >= $days
        OR (
            interface_days >= $days
            AND (
                array_has($sensitive, CAST(fresh.service_port AS BIGINT))
                OR served_before.service_port IS NULL
            )
        )
),
-- Media servers and the like open ports as they go: who had several has them every day.
passing_before AS (
    SELECT host.responder, count(DISTINCT service_port) AS ports
    FROM (SELECT DISTINCT responder FROM fresh) AS host
    JOIN used_before ON used_before.place = host.responder
    WHERE service_port >= 1024 AND (service_name(service_port, protocol) IS NULL OR service_port >= 10000)
        AND NOT array_has($sensitive, CAST(service_port AS BIGINT))
    GROUP BY host.responder
),
told AS (
    SELECT
        *,
        coalesce(interface_id, responder) AS place,
        CASE WHEN is_passing AND passing > $ports THEN NULL ELSE service_port END AS told_port
    FROM (
        SELECT
            known.*,
            sum(CASE WHEN is_passing THEN 1 ELSE 0 END) OVER (PARTITION BY known.responder, protocol) AS passing
        FROM known
        LEFT JOIN passing_before ON passing_before.responder = known.responder
        WHERE NOT is_passing OR coalesce(ports, 0) <= $ports
    )
),
shared AS (
    SELECT told_port AS port, protocol AS shared_protocol
    FROM told
    WHERE told_port IS NOT NULL
    GROUP BY told_port, protocol
    HAVING count(DISTINCT place) > $hosts
),
-- A rule lets in to an interface, whatever its addresses.
labelled AS (
    SELECT
        told.*,
        CASE WHEN shared.port IS NULL THEN place END AS whose,
        CASE
            WHEN array_has($sensitive, CAST(told_port AS BIGINT)) THEN 'sensitive'
            WHEN array_has($web, CAST(told_port AS BIGINT)) THEN 'web'
            ELSE 'other'
        END AS kind
    FROM told
    LEFT JOIN shared ON shared.port = told.told_port AND shared.shared_protocol = told.protocol
),
exposure AS (
    SELECT
        whose,
        told_port AS port,
        labelled.protocol,
        kind,
        CASE
            WHEN min(labelled.account_id) = max(labelled.other_account_id) THEN min(labelled.account_id)
        END AS account_id,
        CASE WHEN min(labelled.region) = max(labelled.other_region) THEN min(labelled.region) END AS region,
        CASE WHEN whose IS NOT NULL THEN min(labelled.interface_id) END AS interface_id,
        CASE WHEN count(DISTINCT initiator) = 1 THEN min(initiator) END AS actor,
        CASE WHEN count(DISTINCT labelled.responder) = 1 THEN min(labelled.responder) END AS target,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT place) AS hosts,
        count(DISTINCT labelled.responder) AS addresses,
        count(DISTINCT labelled.service_port) AS ports,
        count(DISTINCT initiator) AS sources,
        sum(attempts) AS connections,
        sum(bytes_in) AS bytes_in,
        sum(bytes_out) AS bytes_out,
        array_to_string(array_sort(array_agg(DISTINCT split_part(labelled.responder, '%', 1))), ''', ''')
            AS all_addresses,
        examples(labelled.responder) AS addresses_seen,
        examples(labelled.service_port) AS ports_seen,
        examples(initiator) AS sources_seen
    FROM labelled
    JOIN answered
        ON answered.responder = labelled.responder
        AND answered.service_port = labelled.service_port
        AND answered.protocol = labelled.protocol
    GROUP BY whose, told_port, labelled.protocol, kind
),
-- One look by one scanner shows that the port is open, and no more.
weighed AS (
    SELECT
        *,
        CASE kind WHEN 'sensitive' THEN 3 WHEN 'web' THEN 1 ELSE 2 END
            + CASE
                WHEN bytes_out >= $gigabytes * 1000000000 OR (kind <> 'web' AND sources >= $strangers) THEN 1
                WHEN sources = 1 AND bytes_out < 10000 THEN -1
                ELSE 0
            END AS weight
    FROM exposure
),
history AS (
    SELECT count(DISTINCT day) AS days FROM history_hours
)
SELECT
    account_id,
    region,
    interface_id,
    actor,
    target,
    port,
    protocol,
    'inbound' AS direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE weight WHEN 0 THEN 'info' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' ELSE 'critical' END
        AS severity,
    CASE
        WHEN target IS NOT NULL THEN target
        WHEN whose IS NOT NULL THEN addresses || ' addresses of ' || whose
        ELSE hosts || ' hosts of ours'
    END || ' answered the internet at '
        || CASE
            WHEN port IS NULL THEN ports || ' ports'
            ELSE 'port ' || port || coalesce(' (' || service_name(port, protocol) || ')', '')
        END
        || ', which ' || CASE WHEN target IS NULL THEN 'they' ELSE 'it' END || ' did on none of '
        || counted(history.days, 'earlier day') || '; '
        || coalesce(actor, counted(sources, 'public address'))
        || CASE connections
            WHEN 0 THEN ' went on with connections that began before'
            ELSE ' opened ' || counted(connections, 'connection')
        END
        || CASE WHEN actor IS NULL THEN ' and were sent ' ELSE ' and was sent ' END || human_bytes(bytes_out)
        AS description,
    history.days AS days_of_history,
    hosts,
    addresses,
    addresses_seen,
    ports,
    ports_seen,
    sources,
    sources_seen,
    connections,
    bytes_in,
    bytes_out,
    -- A longer list is no help to who reads it.
    CASE
        WHEN whose IS NULL AND addresses <= 100
            THEN 'ip_normalize(srcaddr) IN (''' || all_addresses || ''') OR ip_normalize(dstaddr) IN ('''
                || all_addresses || ''')'
        WHEN port IS NULL THEN 'action = ''ACCEPT'' AND least(srcport, dstport) >= 1024'
        ELSE 'action = ''ACCEPT'''
    END AS records
FROM history
CROSS JOIN weighed
