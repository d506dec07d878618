-- id: new-destination
-- title: A host with a stable circle sends to a destination that nobody of ours had
-- did: turned to a destination that nobody of ours had
-- attack: T1071, T1041, T1567
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, bytes, start, action
-- history-days: 3
-- param: days int 3 earlier days on which the host logged, at least; a newer one has no circle
-- param: newcomers float 0.5 new destinations that the host had on an earlier day, on average, up to which its circle
--   is stable; single touches of one day are one. Where --geo is given, the circle of autonomous systems is looked at as
--   well
-- param: kilobytes float 100 kilobytes (10^3 bytes) sent to a destination, from which on it is a finding
-- param: total_kilobytes float 1000 kilobytes sent to all new destinations of a host together, from which on they are a
--   finding however little each got
-- param: spans int 6 spans of five minutes with a destination, from which on it is one however little is sent
-- param: packet_bytes int 100 bytes of a TCP packet on average, below which packets are mostly acknowledgements: of these
--   60 bytes are headers, or of IPv6 80, and only what is more counts
-- param: destinations int 5 new destinations of a host, each with a finding; of more there is one for all
-- param: shared_by int 5 hosts that may turn to a destination on the same day, each with a finding; of more there is
--   one for all
-- param: ignored_ports ports 53,123 ports of names and time, whose servers are no destinations
-- param: rented texts "EC2, GLOBALACCELERATOR" names of AWS' ranges in which servers of others stand; those of the
--   other ranges are AWS' own and left out
-- param: trusted texts "" addresses and networks that may be sent to
-- why: Servers talk to the same few places for months. A new one that none of your hosts knew is where stolen data or
--   the orders of an intruder may come and go.
-- false-positives: New partners, and services that moved. The next day knows the destination. Services behind many
--   addresses are told by their autonomous system where --geo is given, and those of AWS by --aws-ip-ranges.
-- remediation: Ask the host's owner about the destination, and look up which process talks to it (ss -tnp). If nobody
--   knows it, block the address, isolate the host, and look for what else called there.
-- records: action = 'ACCEPT'

-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted; so are answers that
-- nobody asked for, pings, and what goes through a gateway endpoint. A host that receives much acknowledges it: of small
-- packets the headers are nothing that was sent.
WITH opened AS (
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
        CASE
            WHEN protocol = 6 AND request_bytes < $packet_bytes * request_packets
                THEN greatest(
                    request_bytes - CASE WHEN initiator LIKE '%:%' THEN 80 ELSE 60 END * request_packets, 0
                )
            ELSE coalesce(request_bytes, 0)
        END AS bytes_sent,
        coalesce(reply_bytes, 0) AS bytes_in,
        first_start,
        last_end
    FROM connections
    WHERE direction = 'outbound' AND outcome = 'accepted' AND protocol NOT IN (1, 58)
        AND NOT is_unasked AND NOT is_gateway_leg
        AND coalesce(traffic_path, 0) <> 7
        AND NOT coalesce(array_has($ignored_ports, CAST(service_port AS BIGINT)), FALSE)
),
-- Where only the ports tell who called whom, a server's clients may look as if it had called them. Its own port is one
-- at which it answers others, or did.
own AS (
    SELECT responder AS initiator, service_port
    FROM connections
    WHERE direction = 'inbound' AND answers > 0
    UNION
    SELECT responder AS initiator, service_port
    FROM history_edges
    WHERE direction = 'inbound' AND answers > 0
),
used AS (
    SELECT opened.*
    FROM own
    RIGHT ANTI JOIN opened
        ON own.initiator = opened.initiator AND own.service_port = opened.initiator_port
        AND opened.orientation = 'ports'
),
pair AS (
    SELECT
        initiator,
        responder,
        sum(bytes_sent) AS bytes_sent,
        count(DISTINCT bucket) AS spans,
        sum(answers) > 0 AS is_begun
    FROM used
    GROUP BY initiator, responder
),
called AS (
    SELECT DISTINCT responder FROM pair
),
-- Whom hosts of ours ever turned to. A destination is known that would have been told on an earlier day, or that was
-- turned to on two: a single touch does not hide what comes after it.
past AS (
    SELECT
        responder,
        min(day) < max(day) OR max(bytes_sent) >= $kilobytes * 1000 OR max(spans) >= $spans AS is_known
    FROM (
        SELECT
            *,
            CASE
                WHEN protocol = 6 AND request_bytes < $packet_bytes * request_packets
                    THEN request_bytes - CASE WHEN initiator LIKE '%:%' THEN 80 ELSE 60 END * request_packets
                ELSE request_bytes
            END AS bytes_sent
        FROM history_edges
        WHERE direction = 'outbound' AND request_bytes > 0 AND protocol NOT IN (1, 58)
            AND coalesce(traffic_path, 0) <> 7
            AND NOT coalesce(array_has($ignored_ports, CAST(service_port AS BIGINT)), FALSE)
    )
    GROUP BY responder
),
unheard AS (
    SELECT
        called.responder,
        asn(called.responder) AS asn,
        country(called.responder) AS country,
        past.responder IS NOT NULL AS is_touched
    FROM called
    LEFT JOIN past ON past.responder = called.responder
    WHERE NOT coalesce(is_known, FALSE) AND NOT cidr_contains($trusted, called.responder)
        AND coalesce(array_has($rented, aws_service(called.responder)), aws_service(called.responder) IS NULL)
),
-- The systems and countries that any host of ours ever turned to. An address that is new may be another one of a
-- service that everybody knows.
place AS (
    SELECT asn(responder) AS asn, country(responder) AS country
    FROM past
    WHERE is_known
),
known_system AS (
    SELECT DISTINCT asn FROM place WHERE asn IS NOT NULL
),
known_country AS (
    SELECT DISTINCT country FROM place WHERE country IS NOT NULL
),
destination AS (
    SELECT
        responder,
        unheard.asn,
        unheard.country,
        is_touched,
        unheard.asn IS NOT NULL AND known_system.asn IS NULL AS is_new_system,
        unheard.country IS NOT NULL AND known_country.country IS NULL AS is_new_country,
        CASE
            WHEN unheard.asn IS NOT NULL AND known_system.asn IS NULL THEN 'AS' || unheard.asn
            ELSE responder
        END AS destination
    FROM unheard
    LEFT JOIN known_system ON known_system.asn = unheard.asn
    LEFT JOIN known_country ON known_country.country = unheard.country
),
-- A connection that goes on began on an earlier day.
begun_before AS (
    SELECT edge.initiator, edge.responder
    FROM destination
    JOIN history_edges AS edge ON destination.responder = edge.responder
    WHERE edge.direction = 'outbound' AND edge.answers > 0
    GROUP BY edge.initiator, edge.responder
),
-- What counts of a system is what all its addresses got.
turned AS (
    SELECT
        pair.initiator,
        destination,
        is_new_system,
        sum(bytes_sent) AS bytes_sent,
        sum(spans) AS spans
    FROM destination
    JOIN pair ON destination.responder = pair.responder
    LEFT JOIN begun_before
        ON begun_before.initiator = pair.initiator AND begun_before.responder = pair.responder
    WHERE is_begun OR begun_before.initiator IS NOT NULL
    GROUP BY pair.initiator, destination, is_new_system
),
candidate AS (
    SELECT initiator, destination, is_new_system
    FROM (
        SELECT *, sum(bytes_sent) OVER (PARTITION BY initiator) AS total_sent
        FROM turned
    )
    WHERE bytes_sent >= $kilobytes * 1000 OR spans >= $spans OR total_sent >= $total_kilobytes * 1000
),
host AS (
    SELECT DISTINCT initiator FROM candidate
),
known AS (
    SELECT
        address AS initiator,
        days,
        -- On its first day all that a host had was new, which tells nothing.
        greatest(days - 1, 1) AS later_days,
        first_day
    FROM host
    JOIN history_hosts ON address = initiator
    WHERE days >= $days
),
circle AS (
    SELECT initiator, responder, first_day, is_touch, asn(responder) AS asn
    FROM (
        SELECT
            edge.initiator,
            edge.responder,
            min(edge.day) AS first_day,
            min(edge.day) = max(edge.day) AND max(edge.request_bytes) < $kilobytes * 1000 AND max(edge.spans) < $spans
                AS is_touch
        FROM host
        JOIN history_edges AS edge ON host.initiator = edge.initiator
        WHERE edge.direction = 'outbound' AND edge.request_bytes > 0 AND edge.protocol NOT IN (1, 58)
            AND coalesce(edge.traffic_path, 0) <> 7
            AND NOT coalesce(array_has($ignored_ports, CAST(edge.service_port AS BIGINT)), FALSE)
        GROUP BY edge.initiator, edge.responder
    )
    WHERE NOT cidr_contains($trusted, responder)
        AND coalesce(array_has($rented, aws_service(responder)), aws_service(responder) IS NULL)
),
by_address AS (
    SELECT
        circle.initiator,
        count(*) AS destinations,
        sum(CASE WHEN circle.first_day > known.first_day AND NOT is_touch THEN 1 ELSE 0 END)
            + count(DISTINCT CASE WHEN circle.first_day > known.first_day AND is_touch THEN circle.first_day END)
            AS newcomers
    FROM known
    JOIN circle ON known.initiator = circle.initiator
    GROUP BY circle.initiator
),
by_system AS (
    SELECT
        of_system.initiator,
        sum(CASE WHEN of_system.first_day > known.first_day AND NOT is_touch THEN 1 ELSE 0 END)
            + count(DISTINCT CASE WHEN of_system.first_day > known.first_day AND is_touch THEN of_system.first_day END)
            AS newcomers
    FROM known
    JOIN (
        SELECT
            initiator,
            coalesce('AS' || asn, responder) AS destination,
            min(first_day) AS first_day,
            bool_and(is_touch) AS is_touch
        FROM circle
        GROUP BY initiator, coalesce('AS' || asn, responder)
    ) AS of_system ON known.initiator = of_system.initiator
    GROUP BY of_system.initiator
),
stable AS (
    SELECT
        known.initiator,
        days,
        coalesce(destinations, 0) AS usual_destinations,
        coalesce(CAST(by_address.newcomers AS DOUBLE), 0) / later_days AS newcomers,
        coalesce(by_address.newcomers, 0) <= $newcomers * later_days AS is_stable,
        coalesce(by_system.newcomers, 0) <= $newcomers * later_days AS is_stable_by_system
    FROM known
    LEFT JOIN by_address ON by_address.initiator = known.initiator
    LEFT JOIN by_system ON by_system.initiator = known.initiator
),
new AS (
    SELECT
        *,
        sum(CASE WHEN is_shared THEN 0 ELSE 1 END) OVER (PARTITION BY initiator) > $destinations AND NOT is_shared
            AS is_one_of_many
    FROM (
        SELECT
            candidate.initiator,
            destination,
            is_new_system,
            days,
            usual_destinations,
            newcomers,
            count(*) OVER (PARTITION BY destination) > $shared_by AS is_shared
        FROM stable
        JOIN candidate ON stable.initiator = candidate.initiator
        -- Whose addresses come and go is judged by their systems alone.
        WHERE is_stable OR (is_new_system AND is_stable_by_system)
    )
),
finding AS (
    SELECT
        is_shared,
        is_one_of_many,
        CASE WHEN NOT is_shared THEN new.initiator END AS actor,
        CASE WHEN NOT is_one_of_many THEN new.destination END AS destination,
        CASE WHEN min(account_id) = max(account_id) THEN min(account_id) END AS account_id,
        CASE WHEN min(region) = max(region) THEN min(region) END AS region,
        CASE WHEN min(interface_id) = max(interface_id) THEN min(interface_id) END AS interface_id,
        CASE WHEN min(used.responder) = max(used.responder) THEN min(used.responder) END AS target,
        CASE
            WHEN min(service_port) = max(service_port) AND bool_and(protocol IN (6, 17)) THEN min(service_port)
        END AS port,
        CASE WHEN min(protocol) = max(protocol) THEN min(protocol) END AS protocol,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        bool_or(new.is_new_system) AS is_new_system,
        bool_or(is_new_country) AS is_new_country,
        bool_and(asn IS NOT NULL AND NOT new.is_new_system) AS is_known_system,
        CASE WHEN min(asn) = max(asn) AND count(asn) = count(*) THEN min(asn) END AS asn,
        CASE WHEN min(asn) = max(asn) AND count(asn) = count(*) THEN min(as_name(used.responder)) END AS as_name,
        CASE WHEN min(country) = max(country) AND count(country) = count(*) THEN min(country) END AS country,
        min(CASE WHEN is_new_country THEN country END) AS new_country,
        count(DISTINCT new.initiator) AS hosts,
        examples(new.initiator) AS hosts_seen,
        count(DISTINCT used.responder) AS addresses,
        examples(used.responder) AS addresses_seen,
        array_to_string(array_sort(array_agg(DISTINCT used.responder)), ''', ''') AS all_addresses,
        count(DISTINCT new.destination) AS destinations,
        count(DISTINCT bucket) AS spans,
        sum(attempts) AS connections,
        sum(bytes_sent) AS bytes_sent,
        sum(bytes_in) AS bytes_in,
        max(days) AS days,
        bool_or(is_touched) AS is_touched,
        max(usual_destinations) AS usual_destinations,
        max(newcomers) AS newcomers
    FROM new
    JOIN destination ON new.destination = destination.destination
    JOIN used ON used.initiator = new.initiator AND used.responder = destination.responder
    GROUP BY
        is_shared,
        is_one_of_many,
        CASE WHEN NOT is_shared THEN new.initiator END,
        CASE WHEN NOT is_one_of_many THEN new.destination END
),
-- How grave it is, from 0 for low.
graded AS (
    SELECT
        *,
        CASE
            WHEN bytes_sent >= 100000000000 THEN 3
            WHEN bytes_sent >= 1000000000 THEN 2
            WHEN NOT is_shared AND (bytes_sent >= 10000000 OR spans >= 36) THEN 1
            ELSE 0
        END
        + CASE WHEN is_new_country THEN 1 WHEN is_known_system THEN -1 ELSE 0 END AS grade
    FROM finding
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
    CASE
        WHEN grade >= 3 THEN 'critical'
        WHEN grade = 2 THEN 'high'
        WHEN grade = 1 THEN 'medium'
        WHEN grade = 0 THEN 'low'
        ELSE 'info'
    END AS severity,
    coalesce(actor, hosts || ' hosts of ours') || ' sent '
        || CASE WHEN bytes_sent = 0 THEN 'nothing but acknowledgements' ELSE human_bytes(bytes_sent) END || ' to '
        || coalesce(target, counted(addresses, 'address'))
        || coalesce(', port ' || port || coalesce(' (' || service_name(port, coalesce(protocol, 6)) || ')', ''), '')
        || ', in '
        || CASE connections
            WHEN 0 THEN 'connections that began before'
            ELSE counted(connections, 'connection')
        END || ' and ' || spans
        || CASE WHEN spans = 1 THEN ' span' ELSE ' spans' END || ' of five minutes, and received '
        || human_bytes(bytes_in) || '; no host of ours had '
        || CASE WHEN addresses = 1 THEN 'that destination' ELSE 'one of them' END || ' in '
        || CASE WHEN is_shared THEN 'up to ' ELSE '' END || counted(days, 'day') || ' of history'
        || CASE WHEN is_touched THEN ' but in passing' ELSE '' END
        || CASE
            WHEN is_shared THEN ''
            WHEN usual_destinations = 0 THEN ', and this one had none at all'
            ELSE ', in which this one had ' || counted(usual_destinations, 'destination') || ', '
                || round(newcomers, 1) || ' new ones a day'
        END
        || coalesce(
            CASE
                WHEN is_known_system THEN '; AS' || asn || coalesce(' (' || as_name || ')', '')
                    || ', which it belongs to, is known'
                WHEN is_new_system THEN '; AS' || asn || coalesce(' (' || as_name || ')', '') || ' is new'
            END,
            ''
        )
        || CASE WHEN is_new_country THEN '; no host of ours ever turned to ' || new_country ELSE '' END AS description,
    -- A text: what tells the systems of a host apart.
    CASE WHEN destination LIKE 'AS%' THEN destination END AS autonomous_system,
    as_name AS as_name_seen,
    country AS country_seen,
    hosts,
    hosts_seen,
    destinations,
    addresses,
    addresses_seen,
    connections,
    spans,
    bytes_sent,
    bytes_in,
    days AS days_of_history,
    usual_destinations,
    round(newcomers, 2) AS newcomers_per_day,
    CASE
        WHEN addresses BETWEEN 2 AND 100
            THEN 'ip_normalize(srcaddr) IN (''' || all_addresses || ''') OR ip_normalize(dstaddr) IN ('''
                || all_addresses || ''')'
    END AS records
FROM graded
