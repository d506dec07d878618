-- id: tor-relay
-- title: A host works as a relay of Tor
-- attack: T1090.003
-- guardduty: UnauthorizedAccess:EC2/TorRelay
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- inputs: tor-list
-- param: ports ports 9001,9030 ports of relays and of their directories
-- param: peers int 5 distinct relays that must have reached the host there
-- why: Strangers' traffic runs through a host of ours, and others' complaints come to us.
-- false-positives: A service of yours on one of the ports; few relays will call it.
-- remediation: Ask the host's owner, stop the relay, and close the port in the security group.
-- records: action = 'ACCEPT'

WITH answered AS (
    SELECT initiator, responder, account_id, region, interface_id, service_port, bucket, first_start, last_end, attempts,
        coalesce(request_bytes, 0) + coalesce(reply_bytes, 0) AS bytes
    FROM connections
    WHERE direction = 'inbound' AND outcome = 'accepted' AND protocol = 6
        AND array_has($ports, CAST(service_port AS BIGINT))
),
peer AS (
    SELECT initiator FROM (SELECT DISTINCT initiator FROM answered) AS addresses WHERE is_tor(initiator)
),
relay AS (
    SELECT
        responder,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        CASE WHEN min(service_port) = max(service_port) THEN min(service_port) END AS port,
        min(bucket) AS window_start,
        max(bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT peer.initiator) AS peers,
        sum(attempts) AS connections,
        sum(bytes) AS bytes
    FROM peer
    JOIN answered ON peer.initiator = answered.initiator
    GROUP BY responder
    HAVING count(DISTINCT peer.initiator) >= $peers
)
SELECT
    account_id,
    region,
    interface_id,
    responder AS target,
    port,
    CAST(6 AS INT) AS protocol,
    'inbound' AS direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE WHEN peers >= 50 THEN 'critical' WHEN peers >= 10 THEN 'high' ELSE 'medium' END AS severity,
    counted(peers, 'relay') || ' of Tor used ' || responder
        || CASE WHEN peers = 1 THEN ' as one of its own in ' ELSE ' as one of theirs in ' END
        || counted(connections, 'connection') || ', '
        || human_bytes(bytes) || ' in all' AS description,
    peers,
    connections,
    bytes
FROM relay
