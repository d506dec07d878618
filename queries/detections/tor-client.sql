-- id: tor-client
-- title: A host uses Tor
-- did: used Tor
-- attack: T1090.003
-- guardduty: UnauthorizedAccess:EC2/TorClient
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- inputs: tor-list
-- param: relays int 1 distinct relays that a host must have reached
-- why: Tor hides where traffic goes. A server has no reason to use it; malware and whoever takes data out have.
-- false-positives: Researchers' machines. A relay's address may serve something else as well.
-- remediation: Ask the host's owner. If nobody knows of it, isolate the host and look at what opens the connections.
-- records: action = 'ACCEPT'

-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted.
WITH reached AS (
    SELECT initiator, responder, account_id, region, interface_id, service_port, protocol, bucket, first_start,
        last_end, attempts, coalesce(request_bytes, 0) + coalesce(reply_bytes, 0) AS bytes
    FROM connections
    WHERE direction = 'outbound' AND outcome = 'accepted' AND protocol = 6
        AND NOT is_gateway_leg AND NOT is_unasked
),
relay AS (
    SELECT responder FROM (SELECT DISTINCT responder FROM reached) AS addresses WHERE is_tor(responder)
),
client AS (
    SELECT
        initiator,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        CASE WHEN count(DISTINCT relay.responder) = 1 THEN min(relay.responder) END AS target,
        CASE WHEN min(service_port) = max(service_port) THEN min(service_port) END AS port,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT relay.responder) AS relays,
        sum(attempts) AS connections,
        sum(bytes) AS bytes,
        examples(relay.responder) AS relays_seen
    FROM relay
    JOIN reached ON relay.responder = reached.responder
    GROUP BY initiator
    HAVING count(DISTINCT relay.responder) >= $relays
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    target,
    port,
    CAST(6 AS INT) AS protocol,
    'outbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE WHEN bytes >= 1000000000 THEN 'critical' WHEN bytes >= 1000000 OR relays >= 3 THEN 'high' ELSE 'medium' END
        AS severity,
    initiator || ' reached ' || counted(relays, 'relay') || ' of Tor in '
        || counted(connections, 'connection') || ', '
        || human_bytes(bytes) || ' in all' AS description,
    relays,
    connections,
    bytes,
    relays_seen
FROM client
