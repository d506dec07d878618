-- id: threat-list
-- title: Traffic with an address on a threat list
-- did: had traffic with an address on a threat list
-- attack: T1071, T1041
-- guardduty: UnauthorizedAccess:EC2/MaliciousIPCaller.Custom
-- needs: srcaddr, dstaddr, action
-- inputs: threat-list
-- param: rejected_inbound int 100 rejected attempts of a listed address that are worth an info finding; fewer are noise
-- why: Somebody has seen this address do harm. A host of ours that opens connections to it may be under its control; one
--   that answers it may be next.
-- false-positives: Lists age: an address changes hands, and shared hosting or a CDN has good and bad tenants. The
--   list's name tells how far to trust it.
-- remediation: For outbound traffic isolate the host and look at what opens the connections. For inbound traffic block
--   the address in a network ACL and look in the service's log for what it asked.

-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted. Answers that no host of
-- ours was seen to ask for came in by themselves: anybody can send them.
WITH public_side AS (
    SELECT
        account_id,
        region,
        interface_id,
        CASE WHEN is_unasked THEN 'inbound' ELSE direction END AS direction,
        is_unasked AND direction = 'outbound' AS is_unasked,
        -- Of pings and the like nobody can say who began.
        orientation = 'address' AS is_unsure,
        CASE WHEN direction = 'inbound' THEN initiator ELSE responder END AS address,
        CASE WHEN direction = 'inbound' THEN responder ELSE initiator END AS host,
        service_port,
        protocol,
        bucket,
        first_start,
        last_end,
        attempts,
        CASE WHEN outcome = 'rejected' THEN 0 ELSE 1 END AS is_let_through,
        CASE
            WHEN is_unasked THEN 0
            WHEN answers > 0 OR (coalesce(request_bytes, 0) > 0 AND coalesce(reply_bytes, 0) > 0) THEN 1
            ELSE 0
        END AS is_answered,
        coalesce(request_bytes, 0) + coalesce(reply_bytes, 0) AS bytes
    FROM connections
    WHERE direction IN ('inbound', 'outbound')
        AND (direction = 'inbound' OR NOT is_gateway_leg)
),
-- An address is looked up once, however often it was met.
listed AS (
    SELECT address, list, severity
    FROM (
        SELECT address, threat_list(address) AS list FROM (SELECT DISTINCT address FROM public_side)
    ) AS looked_up
    JOIN threat_lists ON threat_lists.name = list
    WHERE list IS NOT NULL
),
met AS (
    SELECT
        listed.address,
        list,
        severity AS list_severity,
        host,
        direction,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        CASE WHEN min(service_port) = max(service_port) THEN min(service_port) END AS port,
        CASE WHEN min(protocol) = max(protocol) THEN min(protocol) END AS protocol,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        sum(attempts) AS attempts,
        max(is_let_through) AS is_let_through,
        max(is_answered) AS is_answered,
        bool_and(is_unasked) AS is_unasked,
        bool_and(is_unsure) AS is_unsure,
        sum(bytes) AS bytes
    FROM listed
    JOIN public_side ON listed.address = public_side.address
    GROUP BY listed.address, list, severity, host, direction
)
SELECT
    account_id,
    region,
    interface_id,
    CASE WHEN direction = 'inbound' THEN address ELSE host END AS actor,
    CASE WHEN direction = 'inbound' THEN host ELSE address END AS target,
    port,
    protocol,
    direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN is_let_through = 0 THEN CASE WHEN direction = 'outbound' THEN 'low' ELSE 'info' END
        WHEN direction = 'outbound' AND is_answered = 1 AND NOT is_unsure THEN list_severity
        WHEN direction = 'outbound' THEN CASE WHEN list_severity IN ('critical', 'high') THEN 'medium' ELSE 'low' END
        WHEN is_answered = 1 THEN CASE WHEN list_severity IN ('critical', 'high') THEN 'medium' ELSE 'low' END
        ELSE 'info'
    END AS severity,
    -- The list's name stands in the evidence, and beside the address where people read.
    CASE WHEN direction = 'outbound' THEN host ELSE 'The listed address ' || address END
        -- Of one that began before the logs, no attempt is seen.
        || CASE
            WHEN is_unasked THEN ' sent answers that nobody asked for to '
            WHEN is_unsure THEN ' exchanged packets with '
            WHEN attempts = 0 THEN ' kept up a connection to '
            WHEN attempts = 1 THEN ' opened 1 connection to '
            ELSE ' opened ' || attempts || ' connections to '
        END
        || CASE WHEN direction = 'outbound' THEN 'the listed address ' || address ELSE host END
        || ', ' || human_bytes(bytes) || ' in all'
        || CASE WHEN is_unasked THEN '' ELSE '; ' END
        || CASE
            WHEN is_unasked THEN CASE WHEN is_let_through = 0 THEN '; they were rejected' ELSE '' END
            WHEN is_let_through = 0 THEN CASE WHEN attempts > 1 THEN 'all were rejected' ELSE 'it was rejected' END
            WHEN is_answered = 1 THEN CASE WHEN attempts > 1 THEN 'some were answered' ELSE 'it was answered' END
            ELSE CASE WHEN attempts > 1 THEN 'none was answered' ELSE 'it was not answered' END
        END AS description,
    list,
    attempts,
    bytes
FROM met
WHERE is_let_through = 1 OR direction = 'outbound' OR attempts >= $rejected_inbound
