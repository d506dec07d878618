-- id: risky-service-edge
-- title: A service that belongs inside is used across the internet
-- did: used an internal service across the internet
-- attack: T1021, T1071.002
-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start, action
-- param: ports ports 21,23,110,111,135,139,143,389,445,512,513,514,873,2049,2375,2376,3389,5900,5901,6379,11211 ports
--   of services that should not be seen on the internet: file shares, remote desktops, directories, caches, container
--   engines
-- param: inbound_ports ports 1433,1521,2379,3306,5432,5601,5985,5986,6443,9200,10250,15672,27017 ports of databases and
--   of administration that the internet should not use here; hosts inside may use them outside
-- param: data_ports ports 22 ports that the internet may use here, but not to take much
-- param: gigabytes float 1 gigabytes (10^9 bytes) that one address outside takes through a port, from which on it is a
--   finding at data_ports, and a grave one at the others
-- param: cleartext ports 21,23,110,143,389 ports of them on which passwords travel unencrypted
-- why: File shares, desktops, directories, caches and databases were made for networks that can be trusted. On the
--   internet they are found within hours, and much of what they say, passwords among it, can be read on the way. Who
--   takes gigabytes through such a door, or through SSH, may be taking your data.
-- false-positives: A remote desktop gateway, an FTP server or a cluster's API that is meant for customers; leave its
--   port out of ports or inbound_ports. Partners that fetch by SFTP, backups that are pulled; raise gigabytes for them.
-- remediation: Close the port to the internet in the security group, reach the service through a VPN, Session Manager
--   or AWS Transfer Family, and change the passwords that were sent in clear text. For traffic that leaves, ask the
--   host's owner what it is for and close the port in the outbound rules.

-- Both a beginning and an answer must have been seen: late packets and the replies to a client's high port have
-- neither. A NAT gateway's own leg is left out, because the host behind it is counted.
WITH peer AS (
    SELECT
        CASE WHEN direction = 'inbound' THEN responder ELSE initiator END AS host,
        CASE WHEN direction = 'inbound' THEN initiator ELSE responder END AS peer,
        service_port,
        protocol,
        direction,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        bool_and(is_gateway_leg) AS is_gateway_leg,
        min(first_start) AS first_start,
        max(last_end) AS last_end,
        sum(attempts) AS attempts,
        sum(answers) AS answers,
        sum(coalesce(request_bytes, 0)) AS request_bytes,
        sum(coalesce(reply_bytes, 0)) AS reply_bytes
    FROM connections
    WHERE direction IN ('inbound', 'outbound') AND outcome = 'accepted' AND NOT is_unasked
        AND (
            array_has($ports, CAST(service_port AS BIGINT))
            OR (direction = 'inbound' AND array_has($inbound_ports, CAST(service_port AS BIGINT)))
            OR (direction = 'inbound' AND array_has($data_ports, CAST(service_port AS BIGINT)))
        )
        -- Of UDP only those that have such a service there: the others are clients' ports.
        AND (protocol = 6 OR (protocol = 17 AND service_name(service_port, 17) IS NOT NULL))
    GROUP BY
        CASE WHEN direction = 'inbound' THEN responder ELSE initiator END,
        CASE WHEN direction = 'inbound' THEN initiator ELSE responder END,
        service_port, protocol, direction
    HAVING sum(attempts) > 0 AND sum(answers) > 0
),
taken AS (
    SELECT
        *,
        CASE WHEN direction = 'inbound' THEN reply_bytes ELSE 0 END AS bytes_taken,
        NOT (
            array_has($ports, CAST(service_port AS BIGINT)) OR array_has($inbound_ports, CAST(service_port AS BIGINT))
        ) AS is_meant
    FROM peer
    WHERE NOT is_gateway_leg AND is_public(peer)
),
used AS (
    SELECT
        host,
        service_port,
        protocol,
        direction,
        is_meant,
        min(account_id) AS account_id,
        min(region) AS region,
        min(interface_id) AS interface_id,
        CASE WHEN count(DISTINCT peer) = 1 THEN min(peer) END AS peer,
        min(first_start) AS first_seen,
        max(last_end) AS last_seen,
        count(DISTINCT peer) AS peers,
        sum(attempts) AS connections,
        sum(CASE WHEN direction = 'inbound' THEN request_bytes ELSE reply_bytes END) AS bytes_in,
        sum(CASE WHEN direction = 'inbound' THEN reply_bytes ELSE request_bytes END) AS bytes_out,
        max(bytes_taken) AS most_taken,
        first_value(peer ORDER BY bytes_taken DESC, peer) AS taker,
        examples(peer) AS peers_seen
    FROM taken
    WHERE NOT is_meant OR bytes_taken >= $gigabytes * 1000000000
    GROUP BY host, service_port, protocol, direction, is_meant
)
SELECT
    account_id,
    region,
    interface_id,
    CASE WHEN direction = 'inbound' THEN peer ELSE host END AS actor,
    CASE WHEN direction = 'inbound' THEN host ELSE peer END AS target,
    service_port AS port,
    protocol,
    direction,
    first_seen / 300 * 300 AS window_start,
    last_seen / 300 * 300 + 300 AS window_end,
    first_seen,
    last_seen,
    CASE
        WHEN is_meant AND most_taken < $gigabytes * 10000000000 THEN 'medium'
        WHEN is_meant THEN 'high'
        WHEN direction = 'inbound' AND (peers >= 100 OR most_taken >= $gigabytes * 10000000000) THEN 'critical'
        WHEN direction = 'inbound' AND (peers >= 10 OR most_taken >= $gigabytes * 1000000000) THEN 'high'
        WHEN direction = 'inbound' OR peers >= 10 THEN 'medium'
        ELSE 'low'
    END AS severity,
    CASE
        WHEN direction = 'inbound'
            THEN coalesce(peer, counted(peers, 'public address')) || ' used port '
                || service_port || coalesce(' (' || service_name(service_port, protocol) || ')', '') || ' of ' || host
        ELSE host || ' used port ' || service_port
            || coalesce(' (' || service_name(service_port, protocol) || ')', '') || ' of '
            || coalesce(peer, counted(peers, 'public address'))
    END || ' in ' || counted(connections, 'connection')
        || CASE
            WHEN most_taken < $gigabytes * 1000000000 THEN ''
            WHEN peer IS NOT NULL THEN ' and took ' || human_bytes(most_taken)
            ELSE '; ' || taker || ' took ' || human_bytes(most_taken)
        END AS description,
    CASE WHEN array_has($cleartext, CAST(service_port AS BIGINT)) THEN 'cleartext' END AS transport,
    peers,
    connections,
    bytes_in,
    bytes_out,
    CASE WHEN most_taken >= $gigabytes * 1000000000 THEN most_taken END AS bytes_taken_by_one,
    CASE WHEN most_taken >= $gigabytes * 1000000000 THEN taker END AS taker_seen,
    peers_seen
FROM used
