-- id: new-resolver
-- title: A host asks a resolver that it never asked before
-- did: asked a resolver that it never asked before
-- attack: T1071.004
-- guardduty: DefenseEvasion:EC2/UnusualDNSResolver
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- history-days: 3
-- param: approved texts "" resolvers that hosts may ask: addresses and networks
-- param: doh texts "1.1.1.1, 1.0.0.1, 8.8.8.8, 8.8.4.4, 9.9.9.9, 149.112.112.112, 208.67.222.222, 208.67.220.220,
--   94.140.14.14, 94.140.15.15, 2606:4700:4700::1111, 2606:4700:4700::1001, 2001:4860:4860::8888, 2001:4860:4860::8844,
--   2620:fe::fe, 2620:fe::9" well-known public resolvers, which answer over HTTPS too
-- param: days int 3 earlier days on which the host was there, at least; one that is newer is being set up
-- param: packets int 10 packets that a host sends to new resolvers of a kind, at least; fewer try out the network
-- param: shared_by int 5 hosts that may turn to a resolver on a day, each with a finding; more have one for all
-- param: asked_before int 3 other hosts of ours that asked the resolver before, from which on it is of less weight
-- param: recursive int 20 servers that a host may ask, over all days; one that asks more is a resolver itself
-- param: habit share 0.1 share of the earlier days, and at least two, on which a host asked a server for the first
--   time, from which on it looks names up by itself
-- param: vpc texts "169.254.0.0/16, fd00:ec2::253" further addresses of the VPC's resolver, beside those that end in
--   .0.2
-- why: Which resolver a host asks is set once. One that turns to another was set up anew, or runs a program that brings
--   its own, as malware does to stay out of the query log and the DNS firewall.
-- false-positives: A change of the DHCP options, a new resolver of your own, an update of a browser or a VPN client
--   that asks over HTTPS. Add the resolver to approved, and that of a VPC whose network does not begin at .0.0 to vpc.
-- remediation: Ask the host's owner, and look for the program that asks (ss -unp, ss -tnp). If all hosts changed, look
--   at who changed the DHCP options. Close ports 53 and 853 to the internet where the VPC's resolver is enough.

-- Who is not answered has found no resolver. The VPC's own, of which few logs tell, has the third address of the
-- network.
WITH asked AS (
    SELECT
        CASE service_port WHEN 53 THEN 'dns' WHEN 853 THEN 'dot' ELSE 'doh' END AS kind,
        initiator,
        responder,
        service_port,
        direction,
        min(account_id) AS account_id,
        max(account_id) AS other_account_id,
        min(region) AS region,
        max(region) AS other_region,
        min(CASE WHEN direction = 'outbound' THEN interface_id END) AS interface_id,
        max(CASE WHEN direction = 'outbound' THEN interface_id END) AS other_interface_id,
        min(protocol) AS protocol,
        max(protocol) AS other_protocol,
        min(bucket) AS first_bucket,
        max(bucket) AS last_bucket,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(coalesce(request_packets, 0)) AS packets,
        sum(coalesce(request_bytes, 0)) AS bytes
    FROM connections
    WHERE direction IN ('outbound', 'internal') AND outcome = 'accepted' AND protocol IN (6, 17)
        AND (service_port IN (53, 853) OR (service_port = 443 AND direction = 'outbound'))
        AND initiator <> responder
        AND NOT is_unasked AND NOT is_gateway_leg
        AND (service_port <> 443 OR cidr_contains($doh, responder))
        AND (direction = 'internal' OR is_public(responder))
        AND NOT coalesce(cidr_contains($vpc, split_part(responder, '%', 1)), FALSE)
        AND (direction = 'outbound' OR split_part(responder, '%', 1) NOT LIKE '%.0.2')
    GROUP BY
        CASE service_port WHEN 53 THEN 'dns' WHEN 853 THEN 'dot' ELSE 'doh' END,
        initiator, responder, service_port, direction
    HAVING sum(answers) > 0
),
-- A resolver is known that would have been told on an earlier day, or that was asked on two: a single question does not
-- hide what comes after it.
edge AS (
    SELECT
        initiator,
        responder,
        service_port,
        min(day) AS first_day,
        min(day) < max(day) OR max(request_packets) >= $packets AS is_known
    FROM history_edges
    WHERE direction IN ('outbound', 'internal') AND protocol IN (6, 17) AND service_port IN (53, 443, 853)
        AND (service_port <> 443 OR cidr_contains($doh, responder))
    GROUP BY initiator, responder, service_port
),
-- A resolver asks the servers of names, some of them every day and many once.
recursive AS (
    SELECT initiator
    FROM (
        SELECT initiator, responder FROM asked WHERE service_port = 53
        UNION
        SELECT initiator, responder FROM edge WHERE service_port = 53
    )
    GROUP BY initiator
    HAVING count(DISTINCT responder) > $recursive
),
-- In the default format a NAT gateway looks like a resolver that asks on: but who asks one doesn't ask the same server
-- itself.
gateway AS (
    SELECT DISTINCT inside.responder AS address
    FROM asked AS inside
    JOIN asked AS direct
        ON direct.initiator = inside.initiator AND direct.service_port = inside.service_port
    JOIN asked AS onward
        ON onward.initiator = inside.responder
        AND onward.responder = direct.responder
        AND onward.service_port = direct.service_port
    WHERE inside.direction = 'internal' AND direct.direction = 'outbound' AND onward.direction = 'outbound'
),
fresh AS (
    SELECT asked.*, edge.initiator IS NOT NULL AS is_touched
    FROM asked
    LEFT JOIN edge
        ON edge.initiator = asked.initiator
        AND edge.responder = asked.responder
        AND edge.service_port = asked.service_port
    LEFT JOIN recursive ON recursive.initiator = asked.initiator
    LEFT JOIN gateway AS by_client ON by_client.address = asked.initiator
    LEFT JOIN gateway AS by_resolver ON by_resolver.address = asked.responder
    WHERE NOT coalesce(is_known, FALSE) AND recursive.initiator IS NULL
        AND by_client.address IS NULL AND by_resolver.address IS NULL
        AND NOT coalesce(cidr_contains($approved, split_part(asked.responder, '%', 1)), FALSE)
),
history AS (
    SELECT count(DISTINCT day) AS days FROM history_hours
),
habit AS (
    SELECT
        one.initiator,
        one.service_port,
        count(DISTINCT CASE WHEN is_known THEN edge.responder END) AS resolvers,
        count(DISTINCT first_day) - 1 AS days
    FROM (SELECT DISTINCT initiator, service_port FROM fresh) AS one
    JOIN edge ON edge.initiator = one.initiator AND edge.service_port = one.service_port
    GROUP BY one.initiator, one.service_port
),
clients_before AS (
    SELECT one.responder, count(DISTINCT edge.initiator) AS clients
    FROM (SELECT DISTINCT responder FROM fresh) AS one
    JOIN edge ON edge.responder = one.responder
    WHERE is_known
    GROUP BY one.responder
),
usage AS (
    SELECT
        fresh.*,
        CASE
            WHEN direction = 'internal' THEN 'inside'
            WHEN cidr_contains($doh, fresh.responder) THEN 'well-known'
            ELSE 'unknown'
        END AS place,
        coalesce(clients, 0) AS clients_before,
        coalesce(resolvers, 0) AS resolvers_before,
        history.days AS days_of_history,
        sum(packets) OVER (PARTITION BY kind, fresh.initiator) AS packets_of_host,
        sum(packets) OVER (PARTITION BY kind, fresh.responder) AS packets_of_all,
        count(*) OVER (PARTITION BY kind, fresh.responder) AS hosts_of_resolver
    FROM history
    CROSS JOIN fresh
    JOIN history_hosts AS known ON known.address = fresh.initiator
    LEFT JOIN habit ON habit.initiator = fresh.initiator AND habit.service_port = fresh.service_port
    LEFT JOIN clients_before ON clients_before.responder = fresh.responder
    WHERE known.days >= $days
        AND coalesce(habit.days, 0) < greatest(2, $habit * history.days)
),
-- What many turned to on one day was set for them; of these, those that asked little count as well.
labelled AS (
    SELECT
        *,
        hosts_of_resolver > $shared_by AS is_shared,
        CASE WHEN hosts_of_resolver > $shared_by THEN place ELSE initiator END AS whose
    FROM usage
    WHERE packets_of_host >= $packets OR (hosts_of_resolver > $shared_by AND packets_of_all >= $packets)
),
weighed AS (
    SELECT
        *,
        CASE place WHEN 'unknown' THEN CASE WHEN NOT is_shared AND packets >= 10000 THEN 3 ELSE 2 END ELSE 1 END
            + CASE WHEN kind <> 'dns' AND NOT is_shared AND bytes >= 1000000 THEN 1 ELSE 0 END
            - CASE WHEN clients_before >= $asked_before THEN 1 ELSE 0 END AS weight
    FROM labelled
),
finding AS (
    SELECT
        kind,
        service_port,
        is_shared,
        whose,
        CASE WHEN min(account_id) = max(other_account_id) THEN min(account_id) END AS account_id,
        CASE WHEN min(region) = max(other_region) THEN min(region) END AS region,
        CASE
            WHEN NOT is_shared AND min(interface_id) = max(other_interface_id) THEN min(interface_id)
        END AS interface_id,
        first_value(responder ORDER BY packets DESC, responder, initiator) AS most_asked,
        CASE WHEN min(protocol) = max(other_protocol) THEN min(protocol) END AS protocol,
        CASE WHEN min(direction) = max(direction) THEN min(direction) END AS direction,
        min(first_bucket) AS window_start,
        max(last_bucket) + 300 AS window_end,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen,
        count(DISTINCT initiator) AS hosts,
        count(DISTINCT responder) AS resolvers,
        min(clients_before) AS clients_before,
        max(resolvers_before) AS resolvers_before,
        max(days_of_history) AS days_of_history,
        max(weight) AS weight,
        bool_or(is_touched) AS is_touched,
        examples(initiator) AS hosts_seen,
        examples(responder) AS resolvers_seen,
        array_to_string(array_sort(array_agg(DISTINCT split_part(responder, '%', 1))), ''', ''') AS all_resolvers,
        sum(packets) AS packets,
        sum(bytes) AS bytes
    FROM weighed
    GROUP BY kind, service_port, is_shared, whose
)
SELECT
    account_id,
    region,
    interface_id,
    CASE WHEN NOT is_shared THEN whose END AS actor,
    CASE WHEN resolvers = 1 THEN most_asked END AS target,
    service_port AS port,
    protocol,
    coalesce(direction, 'outbound') AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE weight WHEN 0 THEN 'info' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' ELSE 'high' END AS severity,
    CASE WHEN is_shared THEN hosts || ' hosts of ours' ELSE whose END || ' asked '
        || CASE
            WHEN resolvers = 1 THEN most_asked
            ELSE resolvers || ' resolvers, among them ' || most_asked || ','
        END
        || CASE kind WHEN 'dns' THEN ' in clear' WHEN 'dot' THEN ' over TLS' ELSE ' over HTTPS' END
        || ' (port ' || service_port || '), which ' || CASE WHEN is_shared THEN 'they' ELSE 'it' END
        || ' did on none of ' || counted(days_of_history, 'earlier day')
        || CASE WHEN is_touched THEN ' but in passing' ELSE '' END || ', with ' || counted(packets, 'packet')
        || ' of ' || human_bytes(bytes)
        || CASE clients_before
            WHEN 0 THEN '; no host of ours asked '
                || CASE WHEN resolvers = 1 THEN 'it' ELSE 'one of them' END || ' before'
            ELSE '; ' || counted(clients_before, 'host') || ' of ours asked '
                || CASE WHEN resolvers = 1 THEN 'it' ELSE 'each of them' END || ' before'
        END AS description,
    kind,
    'DefenseEvasion:EC2/Unusual'
        || CASE kind WHEN 'dns' THEN 'DNSResolver' WHEN 'dot' THEN 'DoTActivity' ELSE 'DoHActivity' END
        AS guardduty_type,
    days_of_history,
    hosts,
    hosts_seen,
    resolvers,
    resolvers_seen,
    resolvers_before,
    clients_before,
    packets,
    bytes,
    -- A longer list is no help to who reads it.
    CASE
        WHEN resolvers BETWEEN 2 AND 100
            THEN 'ip_normalize(srcaddr) IN (''' || all_resolvers || ''') OR ip_normalize(dstaddr) IN ('''
                || all_resolvers || ''')'
    END AS records
FROM finding
