-- id: block-scan
-- title: One host tries several ports of several hosts
-- did: tried several ports of several hosts
-- attack: T1595
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: tried int 50 distinct pairs of target and port within a day that make a scan
-- param: targets int 5 distinct targets among them, at least
-- param: ports int 5 distinct ports among them, at least
-- param: ports_each int 3 failed ports of a target, without which it is no part of the block
-- param: failed_share share 0.8 share of the pairs that must have failed
-- param: data_ports int 100 ports of FTP's transfers that may fail between two hosts; more are a scan
-- why: Who tries a few ports of a few hosts maps what a network offers, and stays below the counts of a scan of one
--   host or of one port. What answered is what will be attacked.
-- false-positives: Vulnerability scanners and inventory tools of your own. Monitoring is answered and does not count.
-- remediation: Block a source on the internet in a network ACL and close the ports that answered and need not be open.
--   Isolate an internal source and look at what it runs.
-- records: protocol IN (6, 17, 132)

-- A sweep of one port beside ordinary work has as many pairs, but gives no target several failed ports: only the
-- targets that failed at several are the block, and only what was tried of them counts.
-- UDP without an answer is neither a success nor a failure.
-- A NAT gateway's own leg of a connection is left out, because the host behind it is counted.
WITH tried AS (
    SELECT
        bucket,
        account_id,
        region,
        interface_id,
        initiator,
        responder,
        direction,
        service_port,
        protocol,
        attempts,
        -- An answer that a network ACL rejects on its way back is an answer.
        CASE WHEN answers > 0 OR replies_rejected > 0 THEN 0 ELSE 1 END AS is_failed,
        request_packets,
        first_start,
        last_end
    FROM connections
    WHERE protocol IN (6, 17, 132)
        AND (attempts > 0 OR answers > 0)
        AND (protocol = 6 OR outcome <> 'unanswered')
        AND (direction = 'inbound' OR NOT is_gateway_leg)
),
-- Most pairs end here, and then most hosts. The small side of a join stands first: it is the one that is held in
-- memory.
failing AS (
    SELECT initiator, responder, count(*) AS failures
    FROM tried
    WHERE is_failed = 1
    GROUP BY initiator, responder
    HAVING count(*) >= $ports_each
),
suspect AS (
    SELECT failing.initiator, responder
    FROM (
        SELECT initiator FROM failing GROUP BY initiator HAVING sum(failures) >= $tried * $failed_share
    ) AS host
    JOIN failing ON host.initiator = failing.initiator
),
contact AS (
    SELECT
        tried.initiator,
        tried.responder,
        tried.service_port,
        tried.protocol,
        min(direction) AS direction,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        min(bucket) AS first_bucket,
        max(bucket) AS last_bucket,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(tried.attempts) AS attempts,
        min(is_failed) AS is_failed
    FROM suspect
    JOIN tried ON suspect.initiator = tried.initiator AND suspect.responder = tried.responder
    GROUP BY tried.initiator, tried.responder, tried.service_port, tried.protocol
    HAVING sum(tried.attempts) > 0
),
-- Data connections of FTP use a new port each time, and fail one after another where a firewall does not know FTP. They
-- go from the client (passive) or from the server (active) between hosts that have a control connection. Each takes a
-- packet there at least, so that a scanner's look at the control port does not make up for the ports of a scan.
control AS (
    SELECT initiator, responder, sum(coalesce(request_packets, 65536)) AS packets
    FROM tried
    WHERE protocol = 6 AND service_port = 21 AND is_failed = 0
    GROUP BY initiator, responder
),
data_pair AS (
    SELECT contact.initiator, contact.responder
    FROM (
        SELECT initiator, responder, packets FROM control
        UNION ALL
        SELECT responder AS initiator, initiator AS responder, packets FROM control
    ) AS ftp
    JOIN contact ON ftp.initiator = contact.initiator AND ftp.responder = contact.responder
    WHERE contact.protocol = 6 AND contact.service_port >= 1024
    GROUP BY contact.initiator, contact.responder
    HAVING count(DISTINCT contact.service_port) <= least(max(packets), $data_ports)
),
meant AS (
    SELECT *
    FROM data_pair
    RIGHT ANTI JOIN contact
        ON data_pair.initiator = contact.initiator
        AND data_pair.responder = contact.responder
        AND contact.protocol = 6
        AND contact.service_port >= 1024
),
block AS (
    SELECT *
    FROM (SELECT *, sum(is_failed) OVER (PARTITION BY initiator, responder) AS failed_ports FROM meant)
    WHERE failed_ports >= $ports_each
),
scan AS (
    SELECT
        initiator,
        min(account_id) AS account_id,
        min(region) AS region,
        -- One interface is named only where the scan was seen at one.
        CASE WHEN count(DISTINCT interface_id) = 1 THEN min(interface_id) END AS interface_id,
        CASE WHEN min(protocol) = max(protocol) THEN min(protocol) END AS protocol,
        CASE WHEN min(direction) = max(direction) THEN min(direction) END AS direction,
        min(first_bucket) AS window_start,
        max(last_bucket) + 300 AS window_end,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(*) AS tried,
        sum(is_failed) AS failed,
        count(DISTINCT responder) AS targets,
        count(DISTINCT service_port) AS ports,
        sum(attempts) AS attempts,
        array_to_string(array_sort(array_agg(DISTINCT service_port)), ', ') AS port_list,
        examples(responder) AS targets_seen,
        examples(service_port) AS ports_seen,
        examples(
            CASE WHEN is_failed = 0 THEN coalesce('port ' || service_port || ' of ', '') || responder END
        ) AS answered_seen
    FROM block
    GROUP BY initiator
    HAVING count(*) >= $tried AND avg(is_failed) >= $failed_share
)
SELECT
    account_id,
    region,
    interface_id,
    initiator AS actor,
    protocol,
    direction,
    window_start,
    window_end,
    first_seen,
    last_seen,
    CASE
        WHEN tried >= 10000 OR (tried >= 500 AND coalesce(direction, '') <> 'inbound') THEN 'high'
        WHEN tried >= 500 OR coalesce(direction, '') <> 'inbound' THEN 'medium'
        ELSE 'low'
    END AS severity,
    initiator || ' tried ' || counted(ports, 'port') || ' of '
        || counted(targets, 'host') || ', '
        || tried || CASE WHEN tried = 1 THEN ' pair of them in ' ELSE ' pairs of them in ' END
        || counted(attempts, 'attempt') || '; '
        || (tried - failed) || ' answered'
        || CASE WHEN tried - failed BETWEEN 1 AND 3 THEN ': ' || answered_seen ELSE '' END AS description,
    tried,
    tried - failed AS answered,
    targets,
    ports,
    attempts,
    targets_seen,
    ports_seen,
    answered_seen,
    -- A longer list is no help to who reads it.
    CASE WHEN ports <= 100 THEN 'dstport IN (' || port_list || ') OR srcport IN (' || port_list || ')' END AS records
FROM scan
WHERE targets >= $targets AND ports >= $ports
