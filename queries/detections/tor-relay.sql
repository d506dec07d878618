-- id: tor-relay
-- title: A host works as a relay of Tor
-- attack: T1090.003
-- guardduty: UnauthorizedAccess:EC2/TorRelay
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- inputs: tor-list
-- param: ports ports 9001,9030 ports of relays and of their directories
-- param: peers int 5 distinct relays that must have reached the host there
-- param: shortest duration 15s time of a connection that makes its peer more than a visitor
-- param: kilobytes float 10 kilobytes (10^3 bytes) of a connection on average, both ways, that do so too
-- why: Strangers' traffic runs through a host of ours, and others' complaints come to us.
-- false-positives: A service of yours on one of the ports; few relays will call it.
-- remediation: Ask the host's owner, stop the relay, and close the port in the security group.
-- records: action = 'ACCEPT'

-- A relay that looks at a service and leaves is a visitor, and no peer of ours.
WITH answered AS (
    SELECT initiator, responder, account_id, region, interface_id, service_port, bucket, first_start, last_end,
        attempts,
        CASE WHEN cardinality(attempt_starts) <= 1 THEN last_end - first_start END AS seconds,
        coalesce(request_bytes, 0) + coalesce(reply_bytes, 0) AS bytes
    FROM connections
    WHERE direction = 'inbound' AND outcome = 'accepted' AND protocol = 6
        AND array_has($ports, CAST(service_port AS BIGINT))
),
listed AS (
    SELECT initiator FROM (SELECT DISTINCT initiator FROM answered) AS addresses WHERE is_tor(initiator)
),
peer AS (
    SELECT
        answered.initiator,
        responder,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(service_port) AS port,
        max(service_port) AS other_port,
        min(bucket) AS first_bucket,
        max(bucket) AS last_bucket,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(attempts) AS attempts,
        sum(bytes) AS bytes
    FROM listed
    JOIN answered ON listed.initiator = answered.initiator
    GROUP BY answered.initiator, responder
    HAVING max(seconds) >= $shortest OR sum(bytes) >= $kilobytes * 1000 * sum(attempts)
),
relay AS (
    SELECT
        responder,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        CASE WHEN min(port) = max(other_port) THEN min(port) END AS port,
        min(first_bucket) AS window_start,
        max(last_bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(*) AS peers,
        sum(attempts) AS connections,
        sum(bytes) AS bytes,
        examples(initiator) AS peers_seen
    FROM peer
    GROUP BY responder
    HAVING count(*) >= $peers
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
    bytes,
    peers_seen
FROM relay
