-- id: odd-traffic
-- title: Traffic that no ordinary program makes
-- did: sent what no ordinary program sends
-- attack: T1095
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, action
-- param: usual ints 1,6,17,47,50,51,58,132 protocols that are usual: ICMP, TCP, UDP, GRE, ESP, AH, ICMPv6, SCTP
-- param: inside ints 2,112 protocols that are usual too as long as they do not go to or come from the internet: IGMP,
--   VRRP
-- param: packets int 10 packets that a pair exchanged, at least
-- why: Port zero and rare protocols are used to pass filters that look at known ports, to tunnel, and to find out what
--   a host runs.
-- false-positives: Routers and firewalls of your own that speak OSPF, PIM or IP in IP; add the protocol to usual.
-- remediation: Find out what on the host speaks it. Allow only the protocols that you use in security groups, in place
--   of rules for all traffic, and isolate a host that nobody can explain.

-- What was rejected on its way in is noise; what a host of ours sends counts in any case.
WITH odd AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        protocol,
        direction,
        protocol IN (6, 17) AS has_ports,
        coalesce(protocol = 17 AND service_port = 0 AND initiator_port = 0, FALSE) AS is_fragment,
        flows,
        rejected,
        replies_rejected,
        coalesce(request_packets, 0) AS request_packets,
        coalesce(request_bytes, 0) AS request_bytes,
        coalesce(reply_packets, 0) AS reply_packets,
        coalesce(reply_bytes, 0) AS reply_bytes,
        first_start,
        last_end
    FROM connections
    WHERE direction IN ('inbound', 'outbound', 'internal')
        AND (
            (protocol IN (6, 17) AND (service_port = 0 OR initiator_port = 0))
            OR NOT array_has($usual, CAST(protocol AS BIGINT))
        )
),
-- The later fragments of large UDP packets have no ports; they come with datagrams of the same pair that have some.
fragmented AS (
    SELECT initiator AS one, responder AS other, initiator, responder, bucket / 3600 AS hour FROM odd WHERE is_fragment
    UNION
    SELECT responder AS one, initiator AS other, initiator, responder, bucket / 3600 AS hour FROM odd WHERE is_fragment
),
explained AS (
    SELECT DISTINCT fragmented.initiator, fragmented.responder, hour
    FROM fragmented
    JOIN connections
        ON connections.initiator = one
        AND connections.responder = other
        AND connections.bucket / 3600 = hour
    WHERE protocol = 17 AND service_port > 0
),
pair AS (
    SELECT
        odd.initiator,
        odd.responder,
        protocol,
        has_ports,
        min(direction) AS direction,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(flows) AS flows,
        sum(rejected) AS rejected,
        sum(replies_rejected) AS replies_rejected,
        sum(request_packets) AS request_packets,
        sum(request_bytes) AS request_bytes,
        sum(reply_packets) AS reply_packets,
        sum(reply_bytes) AS reply_bytes
    FROM odd
    LEFT JOIN explained
        ON explained.initiator = odd.initiator
        AND explained.responder = odd.responder
        AND explained.hour = odd.bucket / 3600
    WHERE NOT (is_fragment AND explained.hour IS NOT NULL)
    GROUP BY odd.initiator, odd.responder, protocol, has_ports
    HAVING sum(request_packets) + sum(reply_packets) >= $packets
),
-- Without ports nobody can know who began; where only one side sent, it was that one.
sender AS (
    SELECT
        *,
        CASE WHEN request_packets = 0 THEN responder ELSE initiator END AS actor,
        CASE WHEN request_packets = 0 THEN initiator ELSE responder END AS target,
        CASE
            WHEN request_packets > 0 OR direction = 'internal' THEN direction
            WHEN direction = 'outbound' THEN 'inbound'
            ELSE 'outbound'
        END AS flow,
        request_packets > 0 AND reply_packets > 0 AS is_mutual,
        rejected + replies_rejected AS flows_rejected,
        request_packets + reply_packets AS packets,
        request_bytes + reply_bytes AS bytes
    FROM pair
    -- Multicast is inside as well.
    WHERE NOT (
        array_has($inside, CAST(protocol AS BIGINT))
        AND NOT coalesce(is_public(initiator), FALSE)
        AND NOT coalesce(is_public(responder), FALSE)
    )
)
SELECT
    account_id,
    region,
    interface_id,
    actor,
    target,
    CASE WHEN has_ports THEN 0 END AS port,
    protocol,
    flow AS direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE
        WHEN bytes >= 100000000 THEN 'high'
        WHEN bytes >= 1000000 THEN 'medium'
        ELSE 'low'
    END AS severity,
    actor || CASE WHEN is_mutual THEN ' exchanged ' ELSE ' sent ' END || packets || ' packets ('
        || human_bytes(bytes) || ') of '
        || CASE
            WHEN has_ports THEN CASE WHEN protocol = 6 THEN 'TCP' ELSE 'UDP' END || ' with port 0'
            ELSE 'IP protocol ' || protocol
        END
        || CASE WHEN is_mutual THEN ' with ' ELSE ' to ' END || target AS description,
    packets,
    bytes,
    flows,
    flows_rejected
FROM sender
WHERE flow <> 'inbound' OR flows > flows_rejected
